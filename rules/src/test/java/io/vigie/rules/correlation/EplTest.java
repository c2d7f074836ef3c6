package io.vigie.rules.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleText;
import io.vigie.rules.correlation.CorrelationCondition.Operator;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class EplTest {
  private static final String DETECTION =
      """
      ---
      name: %s
      logsource: {product: any}
      detection: {s: {f: a}, condition: s}
      """;

  private static CorrelationPlan plan(String correlation) {
    StringBuilder yaml = new StringBuilder("name: it\ncorrelation: " + correlation + "\n");
    for (String rule : List.of("a", "b", "c")) {
      yaml.append(DETECTION.formatted(rule));
    }
    return RuleText.sound(yaml.toString()).correlations().get("it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          event_count      | {gte: 5}                              | count(*) >= 5
          value_count      | {gt: 3, neq: 7, field: f}             | count(distinct v) > 3 and count(distinct v) != 7
          value_sum        | {gte: 10, field: f}                   | sum(n) >= 10
          value_sum        | {lt: 0.25, field: f}                  | sum(n) * 100 < 25
          value_sum        | {eq: 1.5, field: f}                   | (sum(n) * 10 >= 15 and sum(n) * 10 <= 15)
          value_avg        | {gt: 2.5, field: f}                   | count(n) > 0 and sum(n) * 10 > 25 * count(n)
          value_median     | {lte: 3, field: f}                    | count(n) > 0 and percentile(window(n), -1) <= 3
          value_percentile | {gte: 8, field: f, percentile: 95}    | count(n) > 0 and percentile(window(n), 95) >= 8
          """)
  void countingComparesANumberAboutTheWindow(String type, String condition, String having) {
    assertThat(
            plan("{type: %s, rules: [a], timespan: 5m, condition: %s}".formatted(type, condition))
                .epl())
        .isEqualTo(
            "@name('satisfied') select g, closing from Row#time(300000 milliseconds)"
                + " group by g having "
                + having);
  }

  @Test
  void everyOperatorHasItsEpl() {
    assertThat(Arrays.stream(Operator.values()).map(Operator::epl))
        .containsExactly(">", ">=", "<", "<=", "=", "!=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules: [a, b]                                 | (A >= 1 and B >= 1)
          'rules: [a, b, c], condition: a and (b or c)' | (A >= 1 and (B >= 1 or C >= 1))
          'rules: [a, b], at-least: {b: 3}'             | (A >= 1 and B >= 3)
          'rules: [a, b, c], condition: {gte: 2}'       | ((case when A >= 1 then 1 else 0 end) + (case when B >= 1 then 1 else 0 end) + (case when C >= 1 then 1 else 0 end)) >= 2
          'condition: a or b'                           | (A >= 1 or B >= 1)
          """)
  void temporalCountsTheMatchesOfEachRule(String correlation, String having) {
    String counts =
        having
            .replaceAll("\\bA\\b", "count(*, filter: position=0)")
            .replaceAll("\\bB\\b", "count(*, filter: position=1)")
            .replaceAll("\\bC\\b", "count(*, filter: position=2)");

    String epl = plan("{type: temporal, timespan: 5m, " + correlation + "}").epl();

    assertThat(epl).endsWith(" having " + counts);
  }

  @Test
  void temporalOrderedChainsItsRules() {
    assertThat(plan("{type: temporal_ordered, rules: [a, b, c], timespan: 5m}").epl())
        .isEqualTo(
            """
            insert into Chain0 select r.g as g, r.t as opened, r.t as latest, r.m as m0 \
            from Row(position=0) as r;
            insert into Chain1 select r.g as g, c.opened as opened, r.t as latest, \
            c.m0 as m0, r.m as m1 from Row(position=1) as r unidirectional, \
            Chain0#unique(g)#time(300000 milliseconds) as c \
            where c.g = r.g and c.opened > r.t - 300000L;
            @name('satisfied') select r.g as g, r.closing as closing, \
            c.m0 as m0, c.m1 as m1, r.m as m2 from Row(position=2) as r unidirectional, \
            Chain1#unique(g)#time(300000 milliseconds) as c \
            where c.g = r.g and c.opened > r.t - 300000L""");
  }

  @Test
  void absenceWaitsForTheTimespan() {
    CorrelationPlan plan =
        plan("{type: temporal, rules: [a, b], timespan: 1m, condition: a and not b}");

    assertThat(plan.epl())
        .isEqualTo(
            """
            insert into Complete select r.g as g, r.closing as closing, r.m as m0 \
            from Row(position=0) as r;
            @name('satisfied') select p.g as g, p.closing as closing, p.m0 as m0 \
            from pattern [every p=Complete(closing) -> (timer:interval(60000 milliseconds) \
            and not Row(position=1, g=p.g))]""");
    assertThat(Epl.chainLength(plan.rule().condition())).isOne();
  }

  @Test
  void absenceBeforeLooksBackAndAbsenceBetweenLooksAtTheChain() {
    assertThat(
            plan("{type: temporal_ordered, rules: [b, a], timespan: 1m, condition: a and not b}")
                .epl())
        .isEqualTo(
            "@name('satisfied') select r.g as g, r.closing as closing, r.m as m0"
                + " from Row(position=1) as r where not exists (select * from"
                + " Row(position=0)#unique(g)#time(60000 milliseconds) as n where n.g = r.g)");
    assertThat(
            plan("{type: temporal_ordered, rules: [a, b, c], timespan: 1m, condition: a and not b"
                    + " and c}")
                .epl())
        .endsWith(
            " and not exists (select * from Row(position=1)#unique(g)#time(60000 milliseconds)"
                + " as n where n.g = r.g and n.t >= c.latest)");
  }

  @Test
  void newTermsNeedsNone() {
    assertThat(plan("{type: new_terms, rules: [a], fields: [f], timespan: 30d}").epl()).isEmpty();
  }

  /** Whatever an author writes: only numbers of it get into the text that Esper compiles. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "EPL")
  void nothingThatAnAuthorWroteGetsIn(CorrelationType type) {
    String evil = "x'); create schema Evil(); @name('";
    String rule =
        """
        id: "%1$s id"
        name: "%1$s name"
        title: "%1$s title"
        correlation:
          type: %2$s
          rules: ["%1$s one"]
          until: ["%1$s two"]
          group-by: ["%1$s group"]
          aliases: {"%1$s group": {"%1$s one": "%1$s f", "%1$s two": "%1$s g"}}
          timespan: 5m%3$s
        ---
        name: "%1$s one"
        logsource: {product: any}
        detection: {"%1$s selection": {"%1$s f": "%1$s a"}, condition: 1 of them}
        ---
        name: "%1$s two"
        logsource: {product: any}
        detection: {s: {f: a}, condition: s}
        """;
    String field = type == CorrelationType.EVENT_COUNT ? "" : ", field: \"" + evil + " field\"";
    String percentile = type == CorrelationType.VALUE_PERCENTILE ? ", percentile: 5" : "";
    String rest = type.counts() ? "\n  condition: {gte: 2" + field + percentile + "}" : "";
    if (type == CorrelationType.NEW_TERMS) {
      rest = "\n  fields: [\"" + evil + " field\"]";
      rule = rule.replaceAll(" +until:.*\n", "").replaceAll(", \"%1\\$s two\": \"%1\\$s g\"", "");
    }
    CorrelationPlan plan =
        RuleText.sound(rule.formatted(evil, type.word(), rest))
            .correlations()
            .values()
            .iterator()
            .next();

    assertThat(plan.epl()).doesNotContain("x'").doesNotContain("Evil");
  }
}
