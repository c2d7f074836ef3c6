package io.vigie.rules.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.yaml.Place;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One case of a rule file's {@code tests}: events, and the alerts they must raise.
 *
 * @param events repeats written out
 * @param alerts how many alerts of the file's rules there must be, where the case only counts them
 * @param expected each alert that there must be, where the case lists them; no other may be there
 */
public record RuleTest(
    String name,
    String file,
    Place place,
    List<TimedEvent> events,
    OptionalInt alerts,
    List<ExpectedAlert> expected) {

  /**
   * An event of the case.
   *
   * @param source the log source; null for the one that the file's rules are for
   * @param at event time, from the start of the case
   * @param delay how much later than that it arrives
   */
  public record TimedEvent(
      @Nullable String source, Duration at, Duration delay, ObjectNode event) {}

  /**
   * An alert of the case.
   *
   * @param rule name or id
   * @param group group-by values; null where the case does not care
   * @param events the number of events behind it, where the case cares
   */
  public record ExpectedAlert(String rule, @Nullable List<String> group, OptionalInt events) {}
}
