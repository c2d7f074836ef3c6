package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RuleExplanationTest {
  private static List<String> explain(String yaml, String rule, String event) {
    RulePack pack =
        new RulePack(
            List.of(new RulePack.File("a.yml", yaml.getBytes(StandardCharsets.UTF_8))),
            RuleText.SOURCES);
    Problems problems = new Problems();
    RuleSet rules = RuleSet.of(pack, problems);
    assertThat(problems.errors()).isEmpty();
    return new RuleExplanation(pack, rules)
        .of(rules.header(rule), RuleText.SOURCE, RuleText.event(RuleText.json(event)));
  }

  private static List<String> detection(String detection, String event) {
    return explain(
        "name: r\nlogsource: {product: any}\ndetection: " + detection + "\n", "r", event);
  }

  @Test
  void everyPartOfTheConditionIsMarkedWithWhatTheEventSays() {
    assertThat(
            detection(
                "{login: {action: [Login, Logon], user|endswith: '@corp'}, filter_robot: {user|startswith: svc}, condition: login and not 1 of filter_*}",
                "{\"action\":\"login\",\"user\":\"svc-backup@corp\"}"))
        .containsExactly(
            "✗ r (a.yml:1)",
            "  ✗ condition: login and not 1 of filter_*",
            "    ✗ all of",
            "      ✓ login",
            "        ✓ action: ['Login', 'Logon']   ← holds for 'Login'; action is 'login'",
            "        ✓ user|endswith: '@corp'   ← user is 'svc-backup@corp'",
            "      ✗ not",
            "        ✓ filter_robot",
            "          ✓ user|startswith: 'svc'   ← user is 'svc-backup@corp'");
  }

  @Test
  void missingFieldsAreToldWithWhatLooksLikeThem() {
    assertThat(
            detection(
                "{s: {user.nmae: rika, source.ip: 10.0.0.1, zzz: 1}, condition: s}",
                "{\"user\":{\"name\":\"rika\",\"id\":7},\"address\":null}"))
        .containsExactly(
            "✗ r (a.yml:1)",
            "  ✗ condition: s",
            "    ✗ s",
            "      ✗ user.nmae: 'rika'   ← user.nmae is missing; the event has user.id, user.name",
            "      ✗ source.ip: '10.0.0.1'   ← source.ip is missing, from client.address; the event"
                + " has user.id, user.name",
            "      ✗ zzz: '1'   ← zzz is missing; the event has user.id, user.name");
  }

  @Test
  void rawFieldBehindAnEcsFieldIsTold() {
    assertThat(
            detection(
                "{s: {source.ip|cidr: 10.0.0.0/8}, condition: s}",
                "{\"client\":{\"address\":\"192.0.2.1\"}}"))
        .contains(
            "      ✗ source.ip|cidr: '10.0.0.0/8'   ← source.ip is '192.0.2.1', from"
                + " client.address");
  }

  @Test
  void listsOfMapsKeywordsAndAllAreExplained() {
    assertThat(
            detection(
                "{either: [{a: 1}, {b: 2}], words: [foo, bar], tags: {t|all: [x, y]}, condition: 1 of them}",
                "{\"b\":2,\"t\":[\"x\"],\"free\":\"Bar!\"}"))
        .containsExactly(
            "✓ r (a.yml:1)",
            "  ✓ condition: 1 of them",
            "    ✓ one of",
            "      ✓ either: one of",
            "        ✗ either no. 1",
            "          ✗ a: '1'   ← a is missing; the event has b, free, t",
            "        ✓ either no. 2",
            "          ✓ b: '2'   ← b is 2",
            "      ✓ words: one of",
            "        ✗ keyword 'foo'",
            "        ✓ keyword 'bar'",
            "      ✗ tags",
            "        ✗ t|all: ['x', 'y']   ← does not hold for 'y'; t is 'x'");
  }

  @Test
  void longAndHostileValuesAreShortAndOnOneLine() {
    List<String> lines =
        detection(
            "{s: {a: x}, condition: s}",
            "{\"a\":[\"" + "y".repeat(500) + "\",\"\\u001b[31m\\n\",3,4,5]}");
    assertThat(lines.get(3))
        .isEqualTo(
            "      ✗ a: 'x'   ← a is '"
                + "y".repeat(60)
                + "…', '\uFFFD[31m\uFFFD', 3, … (5 values)");
  }

  @Test
  void correlationsAreExplainedByTheRulesBelowThem() {
    String file =
        """
        name: many
        correlation: {type: event_count, rules: [one], group-by: [user, host], timespan: 5m, condition: {gte: 3}}
        ---
        name: one
        logsource: {product: any}
        detection: {s: {a: 1}, condition: s}
        """;
    assertThat(explain(file, "many", "{\"a\":1,\"user\":\"rika\"}"))
        .containsExactly(
            "many: event_count over one",
            "  ✓ one (a.yml:4)",
            "    ✓ condition: s",
            "      ✓ s",
            "        ✓ a: '1'   ← a is 1",
            "    group: user = rika, host is missing: a match of this event counts in no group");
  }

  @Test
  void listsOfValuesAndFilterDocumentsAreKnown() {
    String file =
        """
        name: r
        logsource: {product: any}
        detection: {s: {user|expand: '%Admins%'}, condition: s}
        ---
        placeholders: {Admins: [rika, mio]}
        ---
        title: not from home
        logsource: {product: any}
        filter: {rules: [r], home: {source.ip|cidr: 10.0.0.0/8}, condition: not home}
        """;
    assertThat(explain(file, "r", "{\"user\":\"mio\",\"client\":{\"address\":\"10.1.1.1\"}}"))
        .containsExactly(
            "✗ r (a.yml:1)",
            "  ✓ condition: s",
            "    ✓ s",
            "      ✓ user|expand: '%Admins%'   ← user is 'mio'",
            "  ✗ with the filter documents that name the rule it does not match");
  }

  @Test
  void wrongLogSourceIsTold() {
    String file =
        """
        name: r
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {a: 1}, condition: s}
        """;
    assertThat(explain(file, "r", "{\"a\":1}"))
        .startsWith(
            "✗ r (a.yml:1)",
            "  ✗ logsource: the rule never sees events of test.any, only those of aws.cloudtrail");
  }
}
