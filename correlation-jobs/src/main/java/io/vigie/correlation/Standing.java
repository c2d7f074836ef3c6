package io.vigie.correlation;

/** How certain an alert is. */
public enum Standing {
  /** Said of the matches that are known, before all others of its time can have come. */
  PROVISIONAL,
  /** Everything that could come has come. */
  SETTLED,
  /** Was provisional, and is not so: what came later opened the episode at another time. */
  WITHDRAWN
}
