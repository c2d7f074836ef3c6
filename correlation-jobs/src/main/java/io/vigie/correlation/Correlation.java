package io.vigie.correlation;

import java.util.List;

/**
 * A correlation rule was satisfied for a group at a time.
 *
 * @param standing whether this is certain
 * @param release number of the release that decided
 * @param rule id
 * @param group values of its group-by fields
 * @param firstSatisfied the first satisfied time of the episode that this is part of, milliseconds
 * @param satisfied this time, milliseconds
 * @param eventCount how many events stand behind it that did not stand behind the episode's
 *     satisfied times before
 * @param evidence those events, at most {@link #MAX_EVIDENCE}, in event-time order
 */
public record Correlation(
    Standing standing,
    int release,
    String rule,
    List<String> group,
    long firstSatisfied,
    long satisfied,
    int eventCount,
    List<Evidence> evidence) {

  /** Events carried by one correlation; the count goes on beyond it. */
  public static final int MAX_EVIDENCE = 1000;
}
