package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class RuleDescriptionTest {
  private static final String GUESSED =
      """
      title: Password guessed
      id: 7d7b0f5e-0d62-4c70-8f0e-ff2c2f4dd001
      name: guessed
      level: high
      correlation:
        type: temporal_ordered
        rules: [failed_often, succeeded]
        group-by: [user.name]
        timespan: 30m
        suppress: 6h
      ---
      name: failed_often
      correlation:
        type: event_count
        rules: [failed]
        group-by: [user.name]
        timespan: 10m
        condition: {gte: 6}
      ---
      name: failed
      logsource: {product: aws, service: cloudtrail}
      detection:
        login: {eventName: ConsoleLogin, event.outcome: failure}
        known_address: {source.ip|cidr: [10.0.0.0/8, '2001:db8::/32']}
        condition: login and not known_address
      ---
      name: succeeded
      logsource: {product: aws, service: cloudtrail}
      detection: {s: {eventName: ConsoleLogin}, condition: s}
      """;

  private static RulePack pack(String yaml) {
    return new RulePack(
        List.of(new RulePack.File("a.yml", yaml.getBytes(StandardCharsets.UTF_8))),
        LogSources.builtIn());
  }

  /** As the engine gets it, which is for other tests to judge. */
  private static String epl(String rule) {
    return RuleSet.of(pack(GUESSED), new Problems())
        .correlations()
        .get(rule.equals("guessed") ? "7d7b0f5e-0d62-4c70-8f0e-ff2c2f4dd001" : rule)
        .epl()
        .lines()
        .map(line -> "    " + line)
        .collect(Collectors.joining("\n"));
  }

  private static String describe(String yaml, String rule) {
    RulePack pack = pack(yaml);
    Problems problems = new Problems();
    RuleSet rules = RuleSet.of(pack, problems);
    assertThat(problems.errors()).isEmpty();
    return new RuleDescription(pack, rules).of(rule).orElse("");
  }

  @Test
  void aCorrelationIsShownWithTheRulesBelowIt() {
    assertThat(describe(GUESSED, "guessed"))
        .isEqualTo(
            """
            Password guessed
              id          7d7b0f5e-0d62-4c70-8f0e-ff2c2f4dd001
              name        guessed
              file        a.yml:1
              level       high
              alerts      yes
              correlation temporal_ordered
              of          failed_often, succeeded
              group by    user.name (from userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName)
              timespan    30m
              episode     satisfied times less than 6h apart are one alert
              state       each match is kept for 40m, about 1.7 kB each; at one match a second that is 4 MB
              log sources aws.cloudtrail (late 10m)
              waits       10m, as late as events of its slowest log source may be
              EPL         decides it
            %s

            failed_often
              name        failed_often
              file        a.yml:12
              alerts      no: it is named by a correlation that does not say generate: true
              named by    guessed
              correlation event_count
              of          failed
              condition   gte 6
              group by    user.name (from userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName)
              timespan    10m
              episode     satisfied times less than 10m apart are one alert
              state       each match is kept for 20m, about 1.7 kB each; at one match a second that is 2 MB
              log sources aws.cloudtrail (late 10m)
              waits       10m, as late as events of its slowest log source may be
              EPL         decides it
            %s

            failed
              name        failed
              file        a.yml:20
              alerts      no: it is named by a correlation that does not say generate: true
              named by    failed_often
              log sources aws.cloudtrail (late 10m)
              waits       for nothing: it looks at one event
              matches     login and not known_address
                and
                ├─ and
                │  ├─ eventName = consolelogin
                │  └─ event.outcome = failure  (from eventName, responseElements.ConsoleLogin, errorCode, errorMessage)
                └─ not
                   └─ or
                      ├─ source.ip in 10.0.0.0/8  (from sourceIPAddress)
                      └─ source.ip in 2001:db8:0:0:0:0:0:0/32  (from sourceIPAddress)

            succeeded
              name        succeeded
              file        a.yml:27
              alerts      no: it is named by a correlation that does not say generate: true
              named by    guessed
              log sources aws.cloudtrail (late 10m)
              waits       for nothing: it looks at one event
              matches     s
                eventName = consolelogin
            """
                .formatted(epl("guessed"), epl("failed_often")));
  }

  @Test
  void theIdWillDoAsWell() {
    assertThat(describe(GUESSED, "7d7b0f5e-0d62-4c70-8f0e-ff2c2f4dd001"))
        .isEqualTo(describe(GUESSED, "guessed"));
    assertThat(describe(GUESSED, "gessed")).isEmpty();
  }

  @Test
  void everyTestOfAFieldHasItsWords() {
    String rule =
        """
        name: all
        logsource: {product: aws, service: cloudtrail}
        detection:
          maps:
            - {a|hour|gte: 22}
            - {a: null, b|exists: true, c|exists: false}
            - {d|contains: x, e|startswith|cased: Ab, f|endswith: 'c?d', g: ''}
            - {h|gt: 1, i|gte: 2, j|lt: 3.5, k|lte: 4}
            - {l|re|i: 'a+', m|contains|all: [p, q], n|fieldref: o, r|windash|contains: ' -enc'}
          words: [rootkit]
          two: {s: 2}
          three: {s: 'a*b'}
          condition: maps or words or 2 of t*
        """;
    assertThat(describe(rule, "all").lines().skip(7))
        .containsExactly(
            "    or",
            "    ├─ or",
            "    │  ├─ a in UTC: hour >= 22",
            "    │  ├─ and",
            "    │  │  ├─ a is missing or null",
            "    │  │  ├─ b is there",
            "    │  │  └─ c is missing or null",
            "    │  ├─ and",
            "    │  │  ├─ d like *x*",
            "    │  │  ├─ e like Ab* (case counts)",
            "    │  │  ├─ f like *c?d",
            "    │  │  └─ g = ''",
            "    │  ├─ and",
            "    │  │  ├─ h > 1",
            "    │  │  ├─ i >= 2",
            "    │  │  ├─ j < 3.5",
            "    │  │  └─ k <= 4",
            "    │  └─ and",
            "    │     ├─ l matches /a+/i",
            "    │     ├─ and",
            "    │     │  ├─ m like *p*",
            "    │     │  └─ m like *q*",
            "    │     ├─ n = the field o",
            "    │     └─ r like * -enc*",
            "    ├─ any value like *rootkit*",
            "    └─ at least 2 of",
            "       ├─ s = 2",
            "       └─ s like a*b");
  }

  @Test
  void aFilterOfAnotherDocumentIsPartOfWhatIsTested() {
    String rule =
        """
        name: made
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: CreateUser}, condition: s}
        ---
        logsource: {product: aws, service: cloudtrail}
        filter: {rules: [made], backup: {user.name: backup}, condition: not backup}
        """;

    assertThat(describe(rule, "made"))
        .endsWith(
            """
                and
                \u251C\u2500 eventName = createuser
                \u2514\u2500 not
                   \u2514\u2500 user.name = backup  (from userIdentity.userName, \
            userIdentity.sessionContext.sessionIssuer.userName)
            """);
  }

  @Test
  void whatWaitsForSomethingNotToHappenSaysSo() {
    assertThat(
            describe(
                GUESSED
                    .replace("type: temporal_ordered", "type: temporal")
                    .replace(
                        "timespan: 30m",
                        "timespan: 30m\n  condition: failed_often and not succeeded"),
                "guessed"))
        .contains("10m, as late as events of its slowest log source may be, and its timespan");
  }

  @Test
  void alertsAreALogSourceToo() {
    String rule =
        """
        name: again
        correlation: {type: event_count, rules: [raised], group-by: [user.name], timespan: 1h, condition: {gte: 2}}
        ---
        name: raised
        logsource: {product: vigie, service: alert}
        detection: {s: {event.severity: 73}, condition: s}
        """;

    assertThat(describe(rule, "again"))
        .contains("vigie.alert", "as late as events of the job's slowest log source may be");
  }
}
