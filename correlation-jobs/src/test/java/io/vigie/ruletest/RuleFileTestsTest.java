package io.vigie.ruletest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

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
            "at    0s 1m 2m",
            "login x  x  x");
    assertThat(run("{events: [" + THREE_LOGINS + "], alerts: 0}"))
        .startsWith("expected  no alert", "found     three [rika], 3 events, 2m..2m");
    assertThat(run("{events: [{at: 90m, event: {eventName: ListUsers}}], alerts: 2}")).isNotEmpty();
  }

  @Test
  void eventsThatNothingMatchesAreDrawnToo() {
    assertThat(run("{events: [{at: 90s, event: {eventName: ListUsers}}], alerts: 2}"))
        .containsExactly(
            "expected  2 alerts",
            "found     no alert",
            "at 1m30s",
            "no detection rule of the file matches any of the events");
  }

  @Test
  void longCasesAreDrawnInShort() {
    List<String> failure =
        run(
            "{events: [{repeat: 100, every: 10s, event: {eventName: ConsoleLogin}}],"
                + " alerts: 1}");
    assertThat(failure.get(failure.size() - 1)).contains("…").hasSizeLessThan(80);
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
    Problems problems = new Problems();
    RuleFileTests tests =
        RuleFileTests.of(
            new RulePack.File("rule.yml", yaml.getBytes(StandardCharsets.UTF_8)),
            LogSources.builtIn(),
            problems);
    assertThat(problems.errors()).isEmpty();
    assertThat(tests.cases()).hasSize(1);
    return tests.run(tests.cases().get(0));
  }
}
