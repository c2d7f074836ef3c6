package io.vigie.correlation;

import java.util.ArrayList;
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

  /**
   * The key of a rule's group. Lengths keep keys apart whose texts contain the separators, and let
   * {@link #ofKey} read it again.
   */
  public static String key(String rule, List<String> group) {
    StringBuilder key = new StringBuilder();
    append(rule, key);
    group.forEach(value -> append(value, key));
    return key.toString();
  }

  private static void append(String text, StringBuilder key) {
    key.append(text.length()).append(':').append(text);
  }

  /** Rule and group values of a key. */
  private static List<String> ofKey(String key) {
    List<String> texts = new ArrayList<>();
    for (int at = 0; at < key.length(); ) {
      int colon = key.indexOf(':', at);
      int end = colon + 1 + Integer.parseInt(key, at, colon, 10);
      texts.add(key.substring(colon + 1, end));
      at = end;
    }
    return texts;
  }

  /** Makes the matches of one key again from what tells them apart. */
  public static final class Maker {
    private final String rule;
    private final List<String> group;

    public Maker(String key) {
      List<String> texts = ofKey(key);
      this.rule = texts.get(0);
      this.group = List.copyOf(texts.subList(1, texts.size()));
    }

    /** A match as it was but for its evidence. */
    public Match of(String identity, List<String> values, int eventCount) {
      int first = identity.indexOf('/');
      int second = identity.indexOf('/', first + 1);
      return new Match(
          rule,
          group,
          Integer.parseInt(identity, first + 1, second, 10),
          Long.parseLong(identity, 0, first, 10),
          identity.substring(second + 1),
          values,
          eventCount,
          List.of());
    }
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
   *
   * @param other evidence of the other form
   */
  public boolean isEarlierThan(List<Evidence> other) {
    return !evidence.isEmpty()
        && !other.isEmpty()
        && evidence.get(0).timestamp() < other.get(0).timestamp();
  }

  /** The match with the events behind it. */
  public Match with(List<Evidence> its) {
    return new Match(rule, group, step, timestamp, id, values, eventCount, its);
  }

  /** How many of the events behind it are there as documents. */
  public int documents() {
    return (int) evidence.stream().filter(Evidence::hasDocument).count();
  }

  /** The match with the ids of the events behind it, and without their documents. */
  Match withoutDocuments() {
    return with(evidence.stream().map(Evidence::withoutDocument).toList());
  }

  /** The match without what only an alert needs, for windows in memory. */
  public Match withoutEvidence() {
    return with(List.of());
  }
}
