package io.vigie.correlation;

/** What reaches a correlator, in one stream so that neither kind can overtake the other. */
public sealed interface Input permits Match, Progress {

  /** Which subtask it is for: inputs of one key reach the same. */
  String key();
}
