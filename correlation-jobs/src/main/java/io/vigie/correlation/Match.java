package io.vigie.correlation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a correlation rule is fed: one event satisfied one of the detection rules that it names, or
 * a correlation that it names was satisfied.
 *
 * @param rule id of the correlation rule that it is for
 * @param group the values of that rule's group-by fields, as text
 * @param step the matched rule's position in that rule's list
 * @param timestamp event time in milliseconds, or the time at which the named correlation was
 *     satisfied
 * @param id of the event, or of the named correlation's group; with time and step it tells matches
 *     of a group apart
 * @param values what the rule takes from the match: values or tuples (see {@link #tuple}) to count
 *     or measure, several where a field is a list; for an EPL statement its columns
 * @param eventCount how many events stand behind it; no less than the evidence that it carries
 * @param evidence the events behind it
 */
public record Match(
    String rule,
    List<String> group,
    int step,
    long timestamp,
    String id,
    List<String> values,
    int eventCount,
    List<Evidence> evidence)
    implements Input {

  private static final String SEPARATOR = "\u001F";

  /** The order within one time that makes the outcome independent of arrival. */
  static final Comparator<Match> ORDER =
      Comparator.comparingInt(Match::step).thenComparing(Match::id);

  /** The step of what a window keeps in the journal when the matches themselves are gone. */
  static final int MEMORY = -1;

  /** The step of a word that was said before its time. */
  static final int WORD = -2;

  boolean isWord() {
    return step == WORD;
  }

  boolean isMemory() {
    return step == MEMORY;
  }

  /** Rule and group: matches of one key correlate with each other and with no others. */
  @Override
  public String key() {
    return key(rule, group);
  }

  /** The key of a rule's group. Lengths keep groups apart whose values contain the separator. */
  public static String key(String rule, List<String> group) {
    StringBuilder key = new StringBuilder(rule);
    for (String value : group) {
      key.append('|').append(value.length()).append(':').append(value);
    }
    return key.toString();
  }

  /** Several values as one. */
  static String tuple(List<String> values) {
    return values.stream()
        .map(value -> value.replace(SEPARATOR, " "))
        .collect(Collectors.joining(SEPARATOR));
  }

  /** The values of a tuple. */
  static List<String> values(String tuple) {
    return List.of(tuple.split(SEPARATOR, -1));
  }

  /** Tells the matches of one key apart: a second delivery of the same match has the same. */
  public String identity() {
    return timestamp + "/" + step + "/" + id;
  }

  /**
   * Whether this is an earlier form of the same event, before an update of it. The first form
   * counts, whichever comes first.
   */
  public boolean isEarlierThan(Match other) {
    return !evidence.isEmpty()
        && !other.evidence.isEmpty()
        && evidence.get(0).timestamp() < other.evidence.get(0).timestamp();
  }

  /** The match without what only an alert needs, for windows in memory. */
  Match withoutEvidence() {
    return new Match(rule, group, step, timestamp, id, values, eventCount, List.of());
  }
}
