package io.vigie.demo;

/** Something that goes on in the company during the demo. */
interface Activity {

  /** Adds its events, each at its time, in any order. */
  void unfold(Timeline timeline);
}
