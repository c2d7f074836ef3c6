package io.vigie.correlation;

import java.io.Serializable;
import java.time.Duration;

/**
 * What one rule may cost in one subtask before it is paused.
 *
 * @param time of the processor in the last {@link #PERIOD}, where the rule also costs more than
 *     {@code perMatch} on average, and more than the same share of the event time that it has
 *     passed in that period
 * @param perMatch what a match may cost on average without the rule being paused for it
 * @param matches that are kept for the rule, and patterns that it waits for
 * @param rows that one match may satisfy
 */
public record RuleBudgets(Duration time, Duration perMatch, int matches, int rows)
    implements Serializable {

  /** The period of time on the wall that is looked at. */
  public static final Duration PERIOD = Duration.ofSeconds(10);

  public static final RuleBudgets DEFAULT =
      new RuleBudgets(Duration.ofSeconds(5), Duration.ofMillis(1), 1_000_000, 100_000);

  public RuleBudgets {
    if (time.isNegative() || time.isZero() || time.compareTo(PERIOD) > 0) {
      throw new IllegalArgumentException("no time within " + PERIOD + ": " + time);
    }
    if (perMatch.isNegative() || matches < 1 || rows < 1) {
      throw new IllegalArgumentException("a budget must be positive");
    }
  }
}
