package io.vigie.rules.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.yaml.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One case of a rule file's {@code tests}: events, and the alerts they must raise.
 *
 * @param events those written in the case, repeats written out
 * @param eventFiles files whose records are events of the case as well
 * @param reference rows of reference data that the case wants, by table
 * @param alerts how many alerts of the file's rules there must be, where the case only counts them
 * @param expected each alert that there must be, where the case lists them; no other may be there
 */
public record RuleTest(
    String name,
    String file,
    Place place,
    List<TimedEvent> events,
    List<EventFile> eventFiles,
    Map<String, List<JsonNode>> reference,
    OptionalInt alerts,
    List<ExpectedAlert> expected) {

  /**
   * An event of the case.
   *
   * @param label what expected evidence calls it; null where it has no name
   * @param source the log source; null for the one that the file's rules are for
   * @param at event time, from the start of the case
   * @param delay how much later than that it arrives
   */
  public record TimedEvent(
      @Nullable String label,
      @Nullable String source,
      Duration at,
      Duration delay,
      ObjectNode event) {}

  /**
   * Records of a file beside the rule file, each an event of the case.
   *
   * @param label the n-th event of the file is called by it and n; null where they have no names
   * @param source the log source; null for the one that the file's rules are for
   * @param path in the folder of the rule file or below
   * @param at where the first event lies, from the start of the case; empty where the events keep
   *     their own times
   * @param delay how much later than that each arrives
   */
  public record EventFile(
      @Nullable String label,
      @Nullable String source,
      String path,
      Optional<Duration> at,
      Duration delay) {}

  /**
   * An alert of the case.
   *
   * @param rule name or id
   * @param group group-by values; null where the case does not care
   * @param events the number of events behind it, where the case cares
   * @param from first satisfied time, from the start of the case, where the case cares
   * @param to last satisfied time, where the case cares
   * @param evidence labels of all events behind it: of one, of all of a {@code repeat} or file, or
   *     {@code x2..x6}; null where the case does not care
   */
  public record ExpectedAlert(
      String rule,
      @Nullable List<String> group,
      OptionalInt events,
      Optional<Duration> from,
      Optional<Duration> to,
      @Nullable List<String> evidence) {}
}
