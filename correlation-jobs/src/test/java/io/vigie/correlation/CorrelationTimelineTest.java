package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What correlations mean, as pictures. The first line is the time in seconds; below, one row for
 * each detection rule says which events it matches then: {@code u|1} is event 1 of group u. The row
 * {@code =>} says which alerts are open at that time: the group and the events that are behind it
 * since the episode began; {@code *} stands before an alert that is opened.
 */
class CorrelationTimelineTest {

  /** A picture under the rule that it is of. */
  record Timeline(String title, String correlation, String picture) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Timeline> timelines() {
    return List.of(
        new Timeline(
            "matches exactly one timespan apart do not correlate",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}",
            """
            time | 0   | 10  | 19
            a    | u|1 | u|2 | u|3
            =>   |     |     | *u|2,3
            """),
        new Timeline(
            "a chain exactly one timespan long is too long",
            "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s",
            """
            time | 0   | 10  | 30  | 39
            a    | u|1 |     | u|3 |
            b    |     | u|2 |     | u|4
            =>   |     |     |     | *u|3,4
            """),
        new Timeline(
            "the whole chain must fit, not only its neighbours",
            "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s",
            """
            time | 0   | 6   | 9   | 10  | 20  | 26  | 29
            a    | u|1 |     |     |     | u|4 |     |
            b    |     | u|2 |     |     |     | u|5 |
            c    |     |     |     | u|3 |     |     | u|6
            =>   |     |     |     |     |     |     | *u|4,5,6
            """),
        new Timeline(
            "equal times are simultaneous and stand in any listed order",
            "type: temporal_ordered, rules: [b, a], group-by: [u], timespan: 10s",
            """
            time | 0   | 60  | 61
            a    | u|1 | u|3 |
            b    | u|2 |     | u|4
            =>   | *u|1,2 |  |
            """),
        new Timeline(
            "three simultaneous steps",
            "type: temporal_ordered, rules: [c, b, a], group-by: [u], timespan: 1s",
            """
            time | 0
            a    | u|1
            b    | u|2
            c    | u|3
            =>   | *u|1,2,3
            """),
        new Timeline(
            "what must not happen cancels what is simultaneous, wherever it is listed",
            "type: temporal, rules: [b, c, a], group-by: [u], timespan: 10s,"
                + " condition: (a or b) and not c",
            """
            time | 0   | 60  | 70
            a    | u|1 | u|3 |
            c    | u|2 |     |
            =>   |     |     | *u|3
            """),
        new Timeline(
            "a count that is passed through at one time does not count",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {eq: 2}",
            """
            time | 0           | 20  | 21
            a    | u|1 u|2 u|3 | u|4 | u|5
            =>   |             |     | *u|4,5
            """),
        new Timeline(
            "groups do not mix",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}",
            """
            time | 0   | 1   | 2   | 3
            a    | u|1 | v|2 | w|3 | v|4
            =>   |     |     |     | *v|2,4
            """),
        new Timeline(
            "a first step is used again, and the latest chain is the evidence",
            "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s",
            """
            time | 0   | 1   | 2     | 3       | 5
            a    | u|1 |     | u|3   |         |
            b    |     | u|2 |       | u|4     | u|5
            =>   |     | *u|1,2 |    | u|1,2,3,4 | u|1,2,3,4,5
            """),
        new Timeline(
            "steps in the wrong order",
            "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s",
            """
            time | 0   | 1
            a    |     | u|2
            b    | u|1 |
            =>   |     |
            """),
        new Timeline(
            "any order will do where none is asked for",
            "type: temporal, rules: [a, b], group-by: [u], timespan: 10s",
            """
            time | 0   | 1      | 20  | 30
            a    |     | u|2    |     | u|4
            b    | u|1 |        | u|3 |
            =>   |     | *u|1,2 |     |
            """),
        new Timeline(
            "one event may be two steps, and is counted once",
            "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s",
            """
            time | 0
            a    | u|1
            b    | u|1
            =>   | *u|1
            """),
        new Timeline(
            "satisfied times less than one timespan apart are one episode",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 1}",
            """
            time | 0    | 9     | 18      | 28   | 29
            a    | u|1  | u|2   | u|3     | u|4  | u|5
            =>   | *u|1 | u|1,2 | u|1,2,3 | *u|4 | u|4,5
            """),
        new Timeline(
            "a shorter suppress opens the next alert sooner, with the whole window behind it",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2},"
                + " suppress: 3s",
            """
            time | 0   | 1      | 3       | 6
            a    | u|1 | u|2    | u|3     | u|4
            =>   |     | *u|1,2 | u|1,2,3 | *u|1,2,3,4
            """),
        new Timeline(
            "a longer suppress keeps the alert open beyond the window",
            "type: event_count, rules: [a], group-by: [u], timespan: 4s, condition: {gte: 2},"
                + " suppress: 30s",
            """
            time | 0   | 1      | 25  | 26        | 56  | 57
            a    | u|1 | u|2    | u|3 | u|4       | u|5 | u|6
            =>   |     | *u|1,2 |     | u|1,2,3,4 |     | *u|5,6
            """),
        new Timeline(
            "fewer than so many is satisfied where at least one match lies",
            "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {lt: 2}",
            """
            time | 0    | 5   | 30
            a    | u|1  | u|2 | u|3
            =>   | *u|1 |     | *u|3
            """));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("timelines")
  void timeline(Timeline timeline) {
    RuleSet rules = TestRules.rules(TestRules.pack("r: {" + timeline.correlation() + "}"));
    Map<String, List<String>> rows = rows(timeline.picture());
    List<Long> times =
        rows.remove("time").stream().map(seconds -> 1000 * Long.parseLong(seconds)).toList();
    Map<Long, String> expected = new TreeMap<>();
    List<String> alerts = rows.remove("=>");
    for (int i = 0; i < alerts.size(); i++) {
      if (!alerts.get(i).isEmpty()) {
        expected.put(times.get(i), alerts.get(i));
      }
    }
    List<Match> matches = matches(rules, times, rows);

    assertThat(drawn(streamed(rules, matches))).as("streamed").isEqualTo(expected);
    assertThat(drawn(sorted(rules, matches))).as("sorted").isEqualTo(expected);
  }

  private static List<Match> matches(
      RuleSet rules, List<Long> times, Map<String, List<String>> rows) {
    TestMatches factory = new TestMatches(rules);
    List<Match> matches = new ArrayList<>();
    rows.forEach(
        (detection, cells) -> {
          for (int i = 0; i < cells.size(); i++) {
            for (String cell : cells.get(i).split(" ", -1)) {
              if (!cell.isEmpty()) {
                String[] event = cell.split("\\|", -1);
                matches.addAll(
                    factory.of(
                        new TestEvent(
                            event[1],
                            TestRules.CLOUDTRAIL,
                            times.get(i),
                            Set.of(detection),
                            Map.of("u", List.of(event[0])))));
              }
            }
          }
        });
    return matches;
  }

  private static List<Correlation> streamed(RuleSet rules, List<Match> matches) {
    List<Correlation> said = new ArrayList<>();
    try (Correlator correlator =
        new Correlator(
            TestRules.always(rules), 1, Set.of(TestRules.CLOUDTRAIL), new HeapJournal())) {
      matches.forEach(correlator::add);
      correlator.advance(TestRules.clock(Long.MAX_VALUE), said::add);
    }
    return said;
  }

  private static List<Correlation> sorted(RuleSet rules, List<Match> matches) {
    List<Correlation> said = new ArrayList<>();
    try (SortedCorrelator correlator =
        new SortedCorrelator(TestRules.always(rules).known().get(0), 1)) {
      Levels.sorted(matches).forEach(match -> correlator.add(match, said::add));
      correlator.end(said::add);
    }
    return said;
  }

  /** The row of alerts, by time. */
  private static Map<Long, String> drawn(List<Correlation> correlations) {
    Map<Long, String> drawn = new TreeMap<>();
    Map<String, TreeMap<String, Boolean>> events = new TreeMap<>();
    for (Oracle.Satisfied satisfied : Levels.satisfied(correlations)) {
      String alert = satisfied.group() + " " + satisfied.first();
      TreeMap<String, Boolean> behind = events.computeIfAbsent(alert, a -> new TreeMap<>());
      assertThat(satisfied.events()).isEqualTo(satisfied.evidence().size());
      satisfied.evidence().forEach(event -> behind.put(event, true));
      drawn.merge(
          satisfied.at(),
          (satisfied.at() == satisfied.first() ? "*" : "")
              + satisfied.group().get(0)
              + "|"
              + String.join(",", behind.keySet()),
          (one, other) -> one + " " + other);
    }
    return drawn;
  }

  private static Map<String, List<String>> rows(String picture) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (String line : picture.lines().toList()) {
      String[] cells = line.split("\\|(?=\\s|$)", -1);
      List<String> values = new ArrayList<>();
      for (int i = 1; i < cells.length; i++) {
        values.add(cells[i].trim());
      }
      rows.put(cells[0].trim(), values);
    }
    return rows;
  }
}
