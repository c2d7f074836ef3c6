package io.vigie.correlation;

/**
 * Why a rule is paused. It stays so, whatever is restarted, until a newer release is in force.
 *
 * @param rule id
 * @param release number of the release in which it was paused
 * @param at event time that the rule had come to, milliseconds
 * @param detail for people
 */
public record Pause(String rule, int release, long at, Reason reason, String detail) {

  public enum Reason {
    /** It threw. */
    FAILED,
    /** It took more time than it may. */
    TIME,
    /** It kept more matches than it may. */
    MATCHES,
    /** One match gave more rows, or more patterns were open, than may be. */
    ROWS
  }
}
