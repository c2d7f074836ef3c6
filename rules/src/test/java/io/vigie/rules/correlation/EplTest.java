package io.vigie.rules.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleText;
import io.vigie.rules.correlation.CountCondition.Bound;
import io.vigie.rules.correlation.CountCondition.Operator;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EplTest {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  private static CountCondition atLeast(long number) {
    return new CountCondition(List.of(new Bound(Operator.GTE, number)), List.of());
  }

  @Test
  void eventCountCountsRows() {
    assertThat(Epl.of(CorrelationType.EVENT_COUNT, 2, FIVE_MINUTES, atLeast(5)))
        .isEqualTo(
            "@name('satisfied') select g, closing from Row#time(300000 milliseconds)"
                + " group by g having count(*) >= 5");
  }

  @Test
  void valueCountCountsDistinctValuesWithinBounds() {
    CountCondition range =
        new CountCondition(
            List.of(new Bound(Operator.GT, 3), new Bound(Operator.NEQ, 7)), List.of("f"));

    assertThat(Epl.of(CorrelationType.VALUE_COUNT, 1, FIVE_MINUTES, range))
        .isEqualTo(
            "@name('satisfied') select g, closing from Row#time(300000 milliseconds)"
                + " group by g having count(distinct v) > 3 and count(distinct v) != 7");
  }

  @Test
  void everyOperatorHasItsEpl() {
    assertThat(Arrays.stream(Operator.values()).map(Operator::epl))
        .containsExactly(">", ">=", "<", "<=", "=", "!=");
  }

  @Test
  void temporalCountsSteps() {
    assertThat(Epl.of(CorrelationType.TEMPORAL, 3, FIVE_MINUTES, null))
        .isEqualTo(
            "@name('satisfied') select g, closing from Row#time(300000 milliseconds)"
                + " group by g having count(distinct step) >= 3");
  }

  @Test
  void temporalOrderedChainsSteps() {
    assertThat(Epl.of(CorrelationType.TEMPORAL_ORDERED, 3, FIVE_MINUTES, null))
        .isEqualTo(
            """
            insert into Chain0 select g, t as opened, m as m0 from Row(step=0);
            insert into Chain1 select r.g as g, c.opened as opened, c.m0 as m0, r.m as m1 \
            from Row(step=1) as r unidirectional, \
            Chain0#unique(g)#time(300000 milliseconds) as c \
            where c.g = r.g and c.opened > r.t - 300000L;
            @name('satisfied') select r.g as g, r.closing as closing, \
            c.m0 as m0, c.m1 as m1, r.m as m2 \
            from Row(step=2) as r unidirectional, \
            Chain1#unique(g)#time(300000 milliseconds) as c \
            where c.g = r.g and c.opened > r.t - 300000L""");
    assertThat(Epl.of(CorrelationType.TEMPORAL_ORDERED, 1, FIVE_MINUTES, null))
        .isEqualTo("@name('satisfied') select g, closing, m as m0 from Row(step=0)");
    assertThat(Epl.chainLength(CorrelationType.TEMPORAL_ORDERED, 3)).isEqualTo(3);
    assertThat(Epl.chainLength(CorrelationType.TEMPORAL, 3)).isZero();
  }

  @Test
  void countingWithoutAConditionIsAMistakeOfOurs() {
    assertThatThrownBy(() -> Epl.of(CorrelationType.EVENT_COUNT, 1, FIVE_MINUTES, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever an author writes: only numbers of it get into the text that Esper compiles. */
  @Test
  void nothingThatAnAuthorWroteGetsIn() {
    String evil = "x'); create schema Evil(); @name('";
    String rule =
        """
        id: "%1$s id"
        name: "%1$s name"
        title: "%1$s title"
        correlation:
          type: %2$s
          rules: ["%1$s one", "%1$s two"]
          group-by: ["%1$s group"]
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
    for (CorrelationType type : CorrelationType.values()) {
      String field = type == CorrelationType.VALUE_COUNT ? ", field: \"" + evil + " field\"" : "";
      String condition = type.counts() ? "\n  condition: {gte: 2" + field + "}" : "";
      CorrelationPlan plan =
          RuleText.sound(rule.formatted(evil, type.word(), condition))
              .correlations()
              .values()
              .iterator()
              .next();

      assertThat(plan.epl()).doesNotContain("x'").doesNotContain("Evil");
      assertThat(plan.epl())
          .isEqualTo(Epl.of(type, 2, FIVE_MINUTES, type.counts() ? atLeast(2) : null));
    }
  }
}
