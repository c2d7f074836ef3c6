package io.vigie.alert;

import io.vigie.correlation.Evidence;
import io.vigie.correlation.Standing;
import java.util.List;
import java.util.stream.Stream;

/** Alerts for tests, made without rules. */
public final class TestAlerts {
  private TestAlerts() {}

  /** One event of a detection rule. */
  public static Alert single(String id, long at) {
    return single(id, at, at);
  }

  /**
   * One finding.
   *
   * @param said when the finding was updated
   */
  public static Alert single(String id, long first, long said) {
    return alert(
        Standing.SETTLED,
        id,
        List.of(),
        first,
        said,
        true,
        said + 3_600_000,
        said > first ? 1 : 0,
        id);
  }

  /** An episode with a gap of ten seconds. */
  public static Alert episode(String id, long first, long last, int revision, String... events) {
    return episode(Standing.SETTLED, id, first, last, revision, events);
  }

  /** An episode that is not certain, or not any more. */
  public static Alert episode(
      Standing standing, String id, long first, long last, int revision, String... events) {
    List<String> group = List.of("group of " + id);
    return alert(standing, id, group, first, last, false, last + 10_000, revision, events);
  }

  private static Alert alert(
      Standing standing,
      String id,
      List<String> group,
      long first,
      long last,
      boolean single,
      long openUntil,
      int revision,
      String... events) {
    return new Alert(
        id,
        "rule",
        group,
        first,
        last,
        single,
        openUntil,
        events.length,
        List.of(events),
        Stream.of(events)
            .map(event -> new Alert.Step("a", first, event, "login", "", "actor of " + id, "", ""))
            .toList(),
        List.of(),
        Stream.of(events).map(event -> new Evidence("a", last, event, new byte[0])).toList(),
        0,
        standing,
        0,
        revision);
  }
}
