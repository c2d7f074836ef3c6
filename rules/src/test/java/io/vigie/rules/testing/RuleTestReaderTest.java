package io.vigie.rules.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleText;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleTestReaderTest {
  private final Problems problems = new Problems();

  private List<RuleTest> read(String test) {
    String rule =
        """
        name: a
        logsource: {product: any}
        detection: {s: {f: a}, condition: s}
        tests:
          - %s
        """;
    return RuleText.read(problems, rule.formatted(test)).tests();
  }

  @Test
  void repeatedEventsAreWrittenOutAndNumbered() {
    RuleTest test =
        read("{events: [{at: 1m, repeat: 3, every: 10s, delay: 2m, source: s,"
                + " event: {f: ['x{n}', {g: '{n}-{n}'}], n: 1}}], alerts: 2}")
            .get(0);

    assertThat(test.events())
        .extracting(TimedEvent::at)
        .containsExactly(Duration.ofSeconds(60), Duration.ofSeconds(70), Duration.ofSeconds(80));
    assertThat(test.events().get(2).event())
        .hasToString("{\"f\":[\"x3\",{\"g\":\"3-3\"}],\"n\":1}");
    assertThat(test.events()).allMatch(event -> event.delay().equals(Duration.ofMinutes(2)));
    assertThat(test.events()).allMatch(event -> "s".equals(event.source()));
    assertThat(test.alerts()).hasValue(2);
    assertThat(test.name()).isEqualTo("line 5");
  }

  @Test
  void listedAlertsSayWhatTheCaseCaresAbout() {
    RuleTest test =
        read("{name: n, events: [], alerts: [{rule: a, group: [1, x], events: 5}, {rule: b}]}")
            .get(0);

    assertThat(test.alerts()).isEmpty();
    assertThat(test.expected().get(0).group()).containsExactly("1", "x");
    assertThat(test.expected().get(0).events()).hasValue(5);
    assertThat(test.expected().get(1).group()).isNull();
    assertThat(test.expected().get(1).events()).isEmpty();
  }

  @Test
  void labelsOfRepeatsAreNumberedAndThoseOfSingleEventsAreNot() {
    RuleTest test =
        read("{events: [{id: x, repeat: 2, event: {}}, {id: ok, event: {}}, {event: {}}], alerts: 0}")
            .get(0);

    assertThat(test.events()).extracting(TimedEvent::label).containsExactly("x1", "x2", "ok", null);
  }

  @Test
  void filesAndWhatIsExpectedOfAlertsAreRead() {
    RuleTest test =
        read("{events: [{file: a/b.ndjson, id: f, at: 1h5m, delay: 2s}, {file: c.json}],"
                + " alerts: [{rule: a, from: 1m, to: 1m30s, evidence: [f1, f3..f5]}]}")
            .get(0);

    assertThat(test.eventFiles())
        .containsExactly(
            new RuleTest.EventFile(
                "f",
                null,
                "a/b.ndjson",
                Optional.of(Duration.ofMinutes(65)),
                Duration.ofSeconds(2)),
            new RuleTest.EventFile(null, null, "c.json", Optional.empty(), Duration.ZERO));
    assertThat(test.expected().get(0).from()).contains(Duration.ofMinutes(1));
    assertThat(test.expected().get(0).to()).contains(Duration.ofSeconds(90));
    assertThat(test.expected().get(0).evidence()).containsExactly("f1", "f3..f5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {alerts: 0}                                            ~ 5:5: events must be a list
          {events: []}                                           ~ 5:5: alerts is missing
          {events: [], alerts: none}                             ~ 5:26: a number is expected, not 'none'
          {events: [], alerts: -1}                               ~ 5:26: a number is expected, not '-1'
          {events: [], alert: 0}                                 ~ 5:18: 'alert' is not one of alerts, events, name, reference
          {events: [{at: 5x, event: {}}], alerts: 0}             ~ 5:16: at must be a time such as 90s, 5m or 2h
          {events: [{user: x}], alerts: 0}                       ~ 5:16: 'user' is not one of at, delay, event, every, file, id, repeat, source; what the record says stands below 'event'
          {events: [{at: 5s}], alerts: 0}                        ~ 5:15: event is missing, or a file
          {events: [{event: x}], alerts: 0}                      ~ 5:23: event must be a map, not 'x'
          {events: [{event: {}, repeat: 10001}], alerts: 0}      ~ 5:27: repeat may be at most 10000
          {events: [], alerts: [{group: [a]}]}                   ~ 5:27: rule is missing
          {events: [], alerts: [{rule: a, group: a}]}            ~ 5:37: group must be a list
          {events: [], alerts: [{rule: a, group: [[a]]}]}        ~ 5:45: a plain value is expected, not a list
          {events: [{id: a, event: {}}, {id: a, event: {}}], alerts: 0} ~ 5:36: another event has the id 'a'
          {events: [{file: /etc/passwd}], alerts: 0}             ~ 5:16: file must be in the folder of the rule or below, not '/etc/passwd'
          {events: [{file: a/../../b}], alerts: 0}               ~ 5:16: file must be in the folder of the rule or below, not 'a/../../b'
          {events: [{file: 'c:b'}], alerts: 0}                  ~ 5:16: file must be in the folder of the rule or below, not 'c:b'
          {events: [{file: a, repeat: 2}], alerts: 0}            ~ 5:25: a file's events have no repeat
          {events: [], alerts: [{rule: a, from: soon}]}          ~ 5:37: from must be a time such as 90s, 5m or 2h
          {events: [], alerts: [{rule: a, evidence: x}]}         ~ 5:37: evidence must be a list
          [x]                                                    ~ 5:5: a case must be a map, not a list
          """)
  void brokenCaseIsToldWithItsPlaceAndLeftOut(String test, String told) {
    assertThat(read(test)).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "1.yml:"
                + told.replaceFirst(": ", ": error BAD_TEST: ")
                + "; see rules/README.md, \"Tests\"");
  }
}
