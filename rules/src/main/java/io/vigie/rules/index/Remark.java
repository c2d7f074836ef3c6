package io.vigie.rules.index;

/**
 * What makes a rule dear: it has to be looked at for every event, or more of every event has to be.
 *
 * @param rule its id
 * @param text why, for its author
 */
public record Remark(String rule, Kind kind, String text) {
  public enum Kind {
    /** Nothing is sure to hold for what it matches, so that it is evaluated for every event. */
    ALWAYS_EVALUATED,

    /** It is looked up by a keyword of fewer than five characters. */
    SHORT_KEYWORD
  }
}
