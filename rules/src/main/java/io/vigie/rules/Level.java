package io.vigie.rules;

/**
 * How much an alert matters, as in Sigma.
 *
 * <p>{@code event.severity} takes the four values that Elastic Security knows, so that its
 * "external alerts" rule shows the level as its own.
 */
public enum Level {
  INFORMATIONAL(21),
  LOW(21),
  MEDIUM(47),
  HIGH(73),
  CRITICAL(99);

  private final int severity;

  Level(int severity) {
    this.severity = severity;
  }

  /** {@code event.severity}: 21, 47, 73 or 99. */
  public int severity() {
    return severity;
  }
}
