package io.vigie.ruletest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleFileTestsTest {
  private static final String RULES =
      """
      name: three
      correlation:
        type: event_count
        rules: [login]
        group-by: [userIdentity.arn]
        timespan: 10m
        condition: {gte: 3}
      tests:
      %s
      ---
      name: login
      logsource: {product: aws, service: cloudtrail}
      detection:
        selection: {eventName: ConsoleLogin}
        condition: selection
      """;

  private static final String THREE_LOGINS =
      "{at: 0s, repeat: 3, every: 1m, event: {eventName: ConsoleLogin, userIdentity: {arn: rika}}}";

  @Test
  void caseThatHoldsHasNothingToSay() {
    assertThat(run("{events: [" + THREE_LOGINS + "], alerts: 1}")).isEmpty();
    assertThat(
            run(
                "{events: ["
                    + THREE_LOGINS
                    + "], alerts: [{rule: three, group: [rika], events: 3}]}"))
        .isEmpty();
  }

  @Test
  void failureTellsWhatWasExpectedAndFoundAndDrawsTheEvents() {
    assertThat(
            run(
                "{events: ["
                    + THREE_LOGINS
                    + "], alerts: [{rule: three, group: [mio], events: 4}]}"))
        .containsExactly(
            "expected  three [mio], 4 events",
            "found     three [rika], 3 events, 2m..2m",
            "at                 0s 1m 2m",
            "login [rika]       x  x  x",
            "found three [rika] .  .  ^");
    assertThat(run("{events: [" + THREE_LOGINS + "], alerts: 0}"))
        .startsWith("expected  no alert", "found     three [rika], 3 events, 2m..2m");
    assertThat(run("{events: [{at: 90m, event: {eventName: ListUsers}}], alerts: 2}")).isNotEmpty();
  }

  @Test
  void eventsThatNothingMatchesAreDrawnAndTheFirstIsExplained() {
    assertThat(run("{events: [{at: 90s, event: {eventName: ListUsers}}], alerts: 2}"))
        .containsExactly(
            "expected  2 alerts",
            "found     no alert",
            "at 1m30s",
            "no detection rule of the file matches any of the events; of the first:",
            "✗ login (rule.yml:12)",
            "  ✗ condition: selection",
            "    ✗ selection",
            "      ✗ eventName: 'ConsoleLogin'   ← eventName is 'ListUsers'");
  }

  @Test
  void longCasesAreDrawnInSixtySpans() {
    assertThat(
            run(
                "{events: [{repeat: 121, every: 10s, event: {eventName: ConsoleLogin,"
                    + " userIdentity: {arn: rika}}}], alerts: 0}"))
        .containsExactly(
            "expected  no alert",
            "found     three [rika], 121 events, 20s..20m",
            "at                 0s                            10m                        20m",
            "login [rika]       3" + "2".repeat(59),
            "found three [rika] ^" + "-".repeat(58) + "^");
  }

  @Test
  void groupsAreDrawnApartAndMatchesInNoGroupAreSaid() {
    assertThat(
            run(
                "{events: ["
                    + THREE_LOGINS
                    + ", {at: 1m, event: {eventName: ConsoleLogin, userIdentity: {arn: mio}}}"
                    + ", {at: 90s, event: {eventName: ConsoleLogin}}], alerts: []}"))
        .containsExactly(
            "expected  no alert",
            "found     three [rika], 3 events, 2m..2m",
            "at                                      0s 1m 1m30s 2m",
            "login [rika]                            x  x  .     x",
            "login [mio]                             .  x  .     .",
            "login (in no group: a field is missing) .  .  x     .",
            "found three [rika]                      .  .  .     ^");
  }

  private static final String LABELLED =
      "{id: x, at: 0s, repeat: 3, every: 1m, event: {eventName: ConsoleLogin, userIdentity: {arn:"
          + " rika}}}, {id: more, at: 3m, event: {eventName: ConsoleLogin, userIdentity: {arn:"
          + " rika}}}, {id: other, at: 3m, event: {eventName: ConsoleLogin}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {rule: three, evidence: [x1, x2, x3, more]}               ~
          {rule: three, evidence: [more, x]}                        ~
          {rule: three, evidence: [x1..x3, more]}                   ~
          {rule: three, from: 2m, to: 3m}                           ~
          {rule: three, from: 1m, to: 3m}                           ~ expected  three, 1m..3m
          {rule: three, to: 2m}                                     ~ expected  three, ..2m
          {rule: three, evidence: [x]}                              ~ expected  three, evidence [x]
          {rule: three, evidence: [x, more, other]}                 ~ expected  three, evidence [x, more, other]
          {rule: three, evidence: [x, mor]}                         ~ no event of the case has the id 'mor'; did you mean 'more'?
          {rule: three, evidence: [x1..x4]}                         ~ no event of the case has the id 'x4'; did you mean 'x1'?
          {rule: three, evidence: [something]}                      ~ no event of the case has the id 'something'; there are x1..x3, more, other
          """)
  void alertIsHeldToItsTimesAndItsExactEvidence(String alert, @Nullable String told) {
    List<String> failure = run("{events: [" + LABELLED + "], alerts: [" + alert + "]}");
    if (told == null) {
      assertThat(failure).isEmpty();
    } else {
      assertThat(failure.get(0)).isEqualTo(told);
    }
  }

  @Test
  void foundEvidenceIsToldByTheNamesOfItsEvents() {
    assertThat(
            run(
                "{events: ["
                    + LABELLED
                    + "], alerts: [{rule: three, from: 1m, to: 3m, evidence: [x]}]}"))
        .containsExactly(
            "expected  three, 1m..3m, evidence [x]",
            "found     three [rika], 4 events, 2m..3m, evidence [x1..x3, more]",
            "at                                      0s 1m 2m 3m",
            "login [rika]                            x  x  x  x",
            "login (in no group: a field is missing) .  .  .  x",
            "expected three                          .  ^  -  ^",
            "found three [rika]                      .  .  ^  ^");
  }

  @Nested
  final class EventsOfAFile {
    @TempDir private @Nullable Path folder;

    private List<String> runWith(String records, String test) throws IOException {
      Path rule = Objects.requireNonNull(folder).resolve("rule.yml");
      Files.writeString(rule.resolveSibling("events.ndjson"), records);
      return runFile(rule.toString(), RULES.formatted(("- " + test).indent(2)));
    }

    private static final String RECORDS =
        """
        {"eventID":"1","eventTime":"2025-03-01T10:00:00Z","eventName":"ConsoleLogin","userIdentity":{"arn":"rika"}}
        {"eventID":"2","eventTime":"2025-03-01T10:02:00Z","eventName":"ConsoleLogin","userIdentity":{"arn":"rika"}}
        """;

    @ParameterizedTest
    @CsvSource(
        delimiter = '~',
        textBlock =
            """
            {file: events.ndjson, id: f}, {id: own, at: 4m, E}          ~ 4m  ~ f1, f2, own
            {file: events.ndjson, id: f, at: 1h}, {id: own, at: 61m, E} ~ 62m ~ f, own
            """)
    void areAtTheirOwnTimesOrWhereTheCaseWantsThem(String events, String at, String evidence)
        throws IOException {
      String login = "event: {eventName: ConsoleLogin, userIdentity: {arn: rika}}";
      assertThat(
              runWith(
                  RECORDS,
                  "{events: ["
                      + events.replace("E", login)
                      + "], alerts: [{rule: three, from: "
                      + at
                      + ", to: "
                      + at
                      + ", evidence: ["
                      + evidence
                      + "]}]}"))
          .isEmpty();
    }

    @Test
    void thatCannotBeReadAreTold() throws IOException {
      Path outside = Objects.requireNonNull(folder).resolveSibling("outside.ndjson");
      Files.writeString(outside, RECORDS);
      try {
        Files.createSymbolicLink(folder.resolve("link.ndjson"), outside);
        assertThat(runWith("", "{events: [{file: link.ndjson}], alerts: 0}").get(0))
            .startsWith("'link.ndjson' is no file in ");
      } finally {
        Files.delete(outside);
      }
      assertThat(runWith("", "{events: [{file: none.ndjson}], alerts: 0}").get(0))
          .startsWith("there is no file 'none.ndjson' in ");
      assertThat(runWith("", "{events: [{file: events.ndjson}], alerts: 0}"))
          .containsExactly("the file 'events.ndjson' holds no events");
      assertThat(runWith(RECORDS + "{}", "{events: [{file: events.ndjson}], alerts: 0}").get(0))
          .startsWith("events.ndjson:3 is no event of aws.cloudtrail: NOT_THIS_SOURCE: ");
      assertThat(runWith(" ".repeat(11 << 20), "{events: [{file: events.ndjson}], alerts: 0}"))
          .containsExactly("the file 'events.ndjson' is larger than 10 MiB");
    }
  }

  @Test
  void expectedAlertsFindTheirPartnersInAnyOrder() {
    String events =
        "{at: 0s, repeat: 3, every: 1m, event: {eventName: ConsoleLogin, userIdentity: {arn: a}}},"
            + "{at: 5s, repeat: 4, every: 1m, event: {eventName: ConsoleLogin, userIdentity: {arn: b}}}";
    assertThat(
            run("{events: [" + events + "], alerts: [{rule: three}, {rule: three, group: [a]}]}"))
        .isEmpty();
    assertThat(
            run(
                "{events: ["
                    + events
                    + "], alerts: [{rule: three, group: [a]}, {rule: three, group: [a]}]}"))
        .isNotEmpty();
    assertThat(run("{events: [" + events + "], alerts: [{rule: three}]}")).isNotEmpty();
  }

  @Test
  void silencedRulesRaiseNoAlert() {
    assertThat(
            run(
                "{events: [{at: 0s, event: {eventName: ConsoleLogin, userIdentity: {arn: a}}}],"
                    + " alerts: 0}"))
        .isEmpty();
  }

  @Test
  void eventBeyondItsSourcesLatenessDoesNotCount() {
    String late =
        """
        {events: [
          {at: 0s, repeat: 2, every: 1s, event: {eventName: ConsoleLogin, userIdentity: {arn: a}}},
          {at: 2s, delay: %s, event: {eventName: ConsoleLogin, userIdentity: {arn: a}}},
          {at: 605s, event: {eventName: ListUsers, userIdentity: {arn: a}}},
          {at: 12m, event: {eventName: ConsoleLogin, userIdentity: {arn: b}}}], alerts: %d}
        """;
    assertThat(run(late.formatted("9m", 1))).isEmpty();
    assertThat(run(late.formatted("13m", 0))).isEmpty();
  }

  @Test
  void simultaneousStepsAreInOrderHoweverTheyArrive() {
    String file =
        """
        name: in_order
        correlation: {type: temporal_ordered, rules: [second_by_name, first_by_name], timespan: 5m}
        tests:
          - events: [{event: {eventName: First}}, {event: {eventName: Second}}]
            alerts: [{rule: in_order, events: 2}]
        ---
        name: first_by_name
        logsource: {product: aws, service: cloudtrail}
        detection: {selection: {eventName: First}, condition: selection}
        ---
        name: second_by_name
        logsource: {product: aws, service: cloudtrail}
        detection: {selection: {eventName: Second}, condition: selection}
        """;
    assertThat(runFile(file)).isEmpty();
  }

  @Test
  void timeAndIdOfTheCaseItselfAreKept() {
    String sameId =
        "{at: 0s, repeat: 3, event: {eventName: ConsoleLogin, eventID: one,"
            + " eventTime: '2025-05-05T05:05:05Z', userIdentity: {arn: rika}}}";
    assertThat(run("{events: [" + sameId + "], alerts: 0}")).isEmpty();
  }

  @Test
  void caseThatCannotRunSaysWhy() {
    assertThat(run("{events: [{at: 0s, source: aws.cloudtral, event: {}}], alerts: 0}"))
        .containsExactly("there is no log source 'aws.cloudtral'; did you mean 'aws.cloudtrail'?");
    assertThat(run("{events: [{at: 5m, event: {no: event}}], alerts: 0}"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("event 1, at 5m, is no event of aws.cloudtrail: NOT_THIS_SOURCE: has no ");
    assertThat(run("{events: [" + THREE_LOGINS + "], alerts: [{rule: thre}]}").get(0))
        .isEqualTo("no rule of this file is called 'thre'; did you mean 'three'?");
  }

  @Test
  void rowsOfReferenceDataThatCannotBeReadAreTold() {
    String events = "events: [" + THREE_LOGINS + "], alerts: 1}";
    assertThat(run("{reference: {assets: [{id: i-1, criticality: high}]}, " + events)).isEmpty();
    assertThat(run("{reference: {asets: []}, " + events))
        .containsExactly("there is no table 'asets'; did you mean 'assets'?");
    assertThat(run("{reference: {assets: [{criticality: top, colour: red}]}, " + events))
        .singleElement()
        .asString()
        .contains("has a column colour, not one of")
        .contains("has no id, criticality is 'top'");
    assertThat(run("{reference: {assets: [web-1]}, " + events))
        .containsExactly("a row of assets is a map, not \"web-1\"");
  }

  @Test
  void ruleThatNoLogSourceServesFailsItsTest() {
    String file =
        """
        name: nowhere
        logsource: {product: typewriter}
        detection: {selection: {key: q}, condition: selection}
        tests: [{events: [{event: {key: q}}], alerts: 1}]
        """;
    assertThat(runFile(file)).containsExactly("no log source serves the rules of this file");
  }

  private static List<String> run(String test) {
    return runFile(RULES.formatted(("- " + test).indent(2)));
  }

  private static List<String> runFile(String yaml) {
    return runFile("rule.yml", yaml);
  }

  private static List<String> runFile(String name, String yaml) {
    Problems problems = new Problems();
    RuleFileTests tests =
        RuleFileTests.of(
            new RulePack.File(name, yaml.getBytes(StandardCharsets.UTF_8)),
            LogSources.builtIn(),
            problems);
    assertThat(problems.errors()).isEmpty();
    assertThat(tests.cases()).hasSize(1);
    return tests.run(tests.cases().get(0));
  }
}
