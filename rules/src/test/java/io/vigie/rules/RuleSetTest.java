package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How rules that name each other are joined. */
final class RuleSetTest {

  private static String detection(String name) {
    return "name: %s\nlogsource: {product: any}\ndetection: {s: {f: %s}, condition: s}\n---\n"
        .formatted(name, name);
  }

  private static String correlation(String name, String body) {
    return "name: %s\ncorrelation: {timespan: 5m, %s}\n---\n".formatted(name, body);
  }

  private static String counting(String name, String rule, String more) {
    return correlation(
        name, "type: event_count, rules: [" + rule + "], condition: {gte: 2}" + more);
  }

  private static List<String> codes(String... files) {
    Problems problems = new Problems();
    RuleText.read(problems, files);
    return problems.all().stream().map(Problem::code).toList();
  }

  private static CorrelationPlan plan(RuleSet rules, String id) {
    CorrelationPlan plan = rules.correlations().get(id);
    assertThat(plan).as(id).isNotNull();
    return plan;
  }

  private static DetectionPlan detectionPlan(RuleSet rules, String id) {
    return rules.detections().stream()
        .filter(plan -> plan.rule().header().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ruleOfTheSameFileGoesBeforeOneOfAnother() {
    String login =
        "name: login\nid: %s\nlogsource: {product: any}\ndetection: {s: {f: a}, condition: s}\n---\n";
    RuleSet rules =
        RuleText.sound(
            login.formatted("first"), login.formatted("second") + counting("c", "login", ""));

    assertThat(plan(rules, "c").members()).containsExactly("second");
    assertThat(detectionPlan(rules, "first").alerts()).isTrue();
    assertThat(detectionPlan(rules, "second").alerts()).isFalse();
  }

  @Test
  void ruleOfAnotherFileIsFoundByNameAndById() {
    String login =
        "name: login\nid: 1f\nlogsource: {product: any}\ndetection: {s: {f: a}, condition: s}\n";
    assertThat(plan(RuleText.sound(counting("c", "login", ""), login), "c").members())
        .containsExactly("1f");
    assertThat(plan(RuleText.sound(counting("c", "1f", ""), login), "c").members())
        .containsExactly("1f");
  }

  @Test
  void namedRulesAreSilentUnlessGenerated() {
    RuleSet rules =
        RuleText.sound(
            detection("silent")
                + detection("loud")
                + counting("over_silent", "silent", "")
                + counting("over_loud", "loud", ", generate: true"));

    assertThat(detectionPlan(rules, "silent").alerts()).isFalse();
    assertThat(detectionPlan(rules, "loud").alerts()).isTrue();
    assertThat(plan(rules, "over_silent").alerts()).isTrue();
  }

  @Test
  void oneCorrelationThatSilencesIsEnough() {
    RuleSet rules =
        RuleText.sound(
            detection("d")
                + counting("silencing", "d", "")
                + counting("generating", "d", ", generate: true"));

    assertThat(detectionPlan(rules, "d").alerts()).isFalse();
  }

  @Test
  void usesTellWhereAMatchGoes() {
    RuleSet rules =
        RuleText.sound(
            detection("a")
                + detection("b")
                + correlation("both", "type: temporal, rules: [a, b], group-by: [u]")
                + counting("many", "b", ""));

    assertThat(detectionPlan(rules, "b").uses())
        .extracting(use -> use.correlation() + "/" + use.step())
        .containsExactlyInAnyOrder("both/1", "many/0");
    assertThat(rules.fields().names().get(plan(rules, "both").groupSlots()[0][0])).isEqualTo("u");
  }

  @Test
  void correlationsGoThreeLevelsDeep() {
    String three =
        detection("d")
            + counting("c1", "d", "")
            + counting("c2", "c1", "")
            + counting("c3", "c2", "");
    RuleSet rules = RuleText.sound(three);

    assertThat(rules.correlations().keySet()).containsExactly("c1", "c2", "c3");
    assertThat(rules.correlations().values())
        .extracting(CorrelationPlan::level)
        .containsExactly(1, 2, 3);
    assertThat(plan(rules, "c3").alerts()).isTrue();
    assertThat(plan(rules, "c2").alerts()).isFalse();
    assertThat(codes(three + counting("c4", "c3", ""))).containsExactly("TOO_MANY_LEVELS");
  }

  @Test
  void circlesAreToldAndNotFollowed() {
    assertThat(codes(counting("x", "y", "") + counting("y", "x", "")))
        .containsExactly("TOO_MANY_LEVELS", "TOO_MANY_LEVELS");
    assertThat(codes(counting("x", "x", ""))).containsExactly("TOO_MANY_LEVELS");
  }

  @Test
  void chainedCorrelationMustKnowTheGroup() {
    String lower = detection("d") + counting("lower", "d", ", group-by: [user, ip]");
    RuleSet rules = RuleText.sound(lower + counting("upper", "lower", ", group-by: [ip]"));

    assertThat(plan(rules, "lower").uses()).hasSize(1);
    assertThat(plan(rules, "lower").uses().get(0).group()).containsExactly(1);
    assertThat(codes(lower + counting("upper", "lower", ", group-by: [account]")))
        .containsExactly("GROUP_NOT_KNOWN");
    assertThat(
            codes(
                lower
                    + correlation(
                        "upper",
                        "type: value_count, rules: [lower], condition: {gte: 2, field: account}")))
        .containsExactly("GROUP_NOT_KNOWN");
  }

  @Test
  void countedFieldOfAChainedCorrelationIsOneOfItsGroup() {
    RuleSet rules =
        RuleText.sound(
            detection("d")
                + counting("lower", "d", ", group-by: [user, ip]")
                + correlation(
                    "upper",
                    "type: value_count, rules: [lower], group-by: [ip], condition: {gte: 2, field:"
                        + " user}"));

    assertThat(plan(rules, "lower").uses().get(0).group()).containsExactly(1);
    assertThat(plan(rules, "lower").uses().get(0).values()).containsExactly(0);
  }

  @Test
  void unknownRuleIsToldAndLeftOut() {
    assertThat(codes(detection("login") + counting("c", "logn", "")))
        .containsExactly("UNKNOWN_RULE");
    assertThat(RuleText.read(new Problems(), counting("c", "nobody", "")).correlations()).isEmpty();
  }

  @Test
  void idIsTakenOnce() {
    assertThat(codes(detection("a"), detection("a"))).containsExactly("DUPLICATE_ID");
  }

  @Test
  void misspeltServiceIsToldTheNearestOfTheProduct() {
    Problems problems = new Problems();
    RuleText.read(
        problems,
        """
        name: a
        logsource: {product: aws, service: cloudtrails}
        detection: {s: {f: a}, condition: s}
        """);

    assertThat(problems.all())
        .filteredOn(problem -> problem.code().equals("NO_LOG_SOURCE"))
        .extracting(Problem::suggestion)
        .containsExactly("did you mean 'cloudtrail'?");
  }

  @Test
  void ruleWithoutLogSourceIsNotedAndRestsWithWhatNeedsIt() {
    String elsewhere =
        "name: elsewhere\nlogsource: {product: typewriter}\ndetection: {s: {f: a}, condition: s}\n---\n";
    Problems problems = new Problems();
    RuleSet rules =
        RuleText.read(
            problems,
            detection("here")
                + elsewhere
                + counting("never", "elsewhere", "")
                + counting("either", "here, elsewhere", "")
                + correlation("both", "type: temporal, rules: [here, elsewhere]"));

    assertThat(problems.all())
        .allMatch(problem -> problem.severity() == Problem.Severity.NOTE)
        .extracting(problem -> problem.code() + " " + problem.message())
        .containsExactlyInAnyOrder(
            "NO_LOG_SOURCE no log source serves typewriter, so 'elsewhere' never matches",
            "NEVER_SATISFIED 'never' names rules that never match",
            "NEVER_SATISFIED 'both' names rules that never match");
    assertThat(rules.correlations()).containsOnlyKeys("either");
    assertThat(rules.detections()).hasSize(1);
  }

  @Test
  void suppressIsTheTimespanUnlessSaid() {
    RuleSet rules =
        RuleText.sound(
            detection("d") + counting("a", "d", "") + counting("b", "d", ", suppress: 2h"));

    assertThat(plan(rules, "a").rule().suppress()).hasMinutes(5);
    assertThat(plan(rules, "b").rule().suppress()).hasHours(2);
  }
}
