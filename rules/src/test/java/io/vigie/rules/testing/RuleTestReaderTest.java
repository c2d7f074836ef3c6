package io.vigie.rules.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleText;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.time.Duration;
import java.util.List;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {alerts: 0}                                            ~ 5:5: events must be a list
          {events: []}                                           ~ 5:5: alerts is missing
          {events: [], alerts: none}                             ~ 5:26: a number is expected, not 'none'
          {events: [], alerts: -1}                               ~ 5:26: a number is expected, not '-1'
          {events: [], alert: 0}                                 ~ 5:18: 'alert' is not one of alerts, events, name
          {events: [{at: 5x, event: {}}], alerts: 0}             ~ 5:16: at must be a time such as 90s, 5m or 2h
          {events: [{at: 5s}], alerts: 0}                        ~ 5:15: event is missing
          {events: [{event: x}], alerts: 0}                      ~ 5:23: event must be a map, not 'x'
          {events: [{event: {}, repeat: 10001}], alerts: 0}      ~ 5:27: repeat may be at most 10000
          {events: [], alerts: [{group: [a]}]}                   ~ 5:27: rule is missing
          {events: [], alerts: [{rule: a, group: a}]}            ~ 5:37: group must be a list
          {events: [], alerts: [{rule: a, group: [[a]]}]}        ~ 5:45: a group value must be plain, not a list
          [x]                                                    ~ 5:5: a case must be a map, not a list
          """)
  void brokenCaseIsToldWithItsPlaceAndLeftOut(String test, String told) {
    assertThat(read(test)).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "1.yml:"
                + told.replaceFirst(": ", ": error BAD_TEST: ")
                + "; see README.md, \"Add a rule\"");
  }
}
