package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both drivers say what the definition says, whatever happens to the stream on its way. */
class CorrelationOracleTest {
  private static final int NEVER = 0;
  private static final long START = 1_700_000_000_000L;
  private static final long END = Long.MAX_VALUE;
  private static final long STREAM_DISTANCE = 1_000_000;
  private static final int EVENTS = 28;
  private static final int SECONDS = 45;
  private static final long LATENESS = 15_000;

  private static final RuleSet COUNTING =
      rules(
          "at_least: {type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 3}}",
          "range: {type: event_count, rules: [a, b], group-by: [u], timespan: 10s, condition: {gt: 1, lte: 3}}",
          "exactly: {type: event_count, rules: [b], group-by: [u], timespan: 10s, condition: {eq: 2}}",
          "any_but: {type: event_count, rules: [c], group-by: [u], timespan: 10s, condition: {neq: 2}}",
          "fewer: {type: event_count, rules: [c], group-by: [u, v], timespan: 5s, condition: {lt: 3}}",
          "values: {type: value_count, rules: [a, c], group-by: [u], timespan: 10s, condition: {gte: 3, field: w}}",
          "two_values: {type: value_count, rules: [b], timespan: 8s, condition: {eq: 2, field: w}}",
          "all_together: {type: event_count, rules: [a], timespan: 6s, condition: {gte: 4}}");

  private static final RuleSet TEMPORAL =
      rules(
          "both: {type: temporal, rules: [a, b], group-by: [u], timespan: 5s}",
          "three: {type: temporal, rules: [a, b, c], group-by: [u, v], timespan: 10s}",
          "a_b: {type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 5s}",
          "b_a: {type: temporal_ordered, rules: [b, a], group-by: [u], timespan: 5s}",
          "a_b_c: {type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 7s}",
          "c_a_b: {type: temporal_ordered, rules: [c, a, b], timespan: 4s}",
          "only_b: {type: temporal_ordered, rules: [b], group-by: [u, v], timespan: 4s}");

  private static final RuleSet SUPPRESSED =
      rules(
          "short: {type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}, suppress: 3s}",
          "long: {type: event_count, rules: [a], group-by: [u], timespan: 4s, condition: {gte: 2}, suppress: 15s}",
          "short_order: {type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s, suppress: 2s}",
          "long_order: {type: temporal_ordered, rules: [b, a, c], group-by: [u], timespan: 5s, suppress: 20s}",
          "long_both: {type: temporal, rules: [a, c], timespan: 2s, suppress: 9s}");

  private static final RuleSet MEASURED =
      rules(
          "sum: {type: value_sum, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 4.3, field: w}}",
          "mean: {type: value_avg, rules: [a, b], group-by: [u], timespan: 10s, condition: {gt: 1.1, lte: 2.1, field: w}}",
          "tenths: {type: value_avg, rules: [b], timespan: 5s, condition: {eq: 1.1, field: w}}",
          "median: {type: value_median, rules: [a, c], group-by: [v], timespan: 8s, condition: {gte: 1.6, field: w}}",
          "most: {type: value_percentile, rules: [a, b], group-by: [u], timespan: 10s, condition: {lt: 3, field: w, percentile: 75}}",
          "least: {type: value_percentile, rules: [b], timespan: 10s, condition: {gt: 0.1, field: w, percentile: 0}}");

  private static final RuleSet CONDITIONAL =
      rules(
          "either: {type: temporal, rules: [a, b, c], group-by: [u], timespan: 4s, condition: a and (b or c)}",
          "two_of: {type: temporal, rules: [a, b, c], group-by: [u, v], timespan: 5s, condition: {gte: 2}}",
          "two_named: {type: temporal, condition: 2 of them, rules: [c, a, b], timespan: 1s}",
          "several: {type: temporal, rules: [a, b], group-by: [u], timespan: 9s, at-least: {a: 3, b: 2}}",
          "thrice: {type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 9s, at-least: {a: 3}}",
          "middle: {type: temporal_ordered, rules: [c, a, b], group-by: [u], timespan: 12s, at-least: {a: 2, b: 2}}",
          "one_of: {type: temporal_ordered, rules: [a, c, b], group-by: [u], timespan: 4s, condition: (a or c) and b}",
          "only: {type: temporal_ordered, rules: [b], group-by: [u], timespan: 6s, at-least: {b: 3}}");

  private static final RuleSet ABSENT =
      rules(
          "no_more: {type: temporal, rules: [a, b], group-by: [u, v], timespan: 5s, condition: a and not b}",
          "neither: {type: temporal, rules: [a, b, c], group-by: [u], timespan: 2s, condition: a and not (b or c)}",
          "both_no: {type: temporal, rules: [a, b, c], group-by: [u], timespan: 3s, condition: a and b and not c}",
          "many_no: {type: temporal, rules: [a, b], group-by: [u], timespan: 6s, at-least: {a: 2}, condition: a and not b}",
          "then_no: {type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 4s, condition: a and b and not c}",
          "not_before: {type: temporal_ordered, rules: [b, a], group-by: [u], timespan: 5s, condition: a and not b}",
          "between: {type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 8s, condition: a and not b and c}",
          "clear: {type: temporal_ordered, rules: [c, a, b], group-by: [v], timespan: 3s, condition: not c and a and b}",
          "long: {type: temporal, rules: [a, b], group-by: [u, v], timespan: 3s, suppress: 11s, condition: a and not b}",
          "short: {type: temporal, rules: [c, a], group-by: [u], timespan: 4s, suppress: 2s, condition: c and not a}",
          "scattered: {type: temporal, rules: [b, c, a], group-by: [u], timespan: 3s, condition: (a or b) and not c}");

  private static final RuleSet ENDED =
      rules(
          "until: {type: event_count, rules: [a, b], until: [c], group-by: [u], timespan: 10s, condition: {gte: 3}}",
          "values: {type: value_count, rules: [a, b], until: [c], group-by: [u], timespan: 10s, condition: {gte: 3, field: w}}",
          "both: {type: temporal, rules: [a, b], until: [c], group-by: [u], timespan: 8s}",
          "order: {type: temporal_ordered, rules: [a, b], until: [c], group-by: [u, v], timespan: 9s}",
          "refused: {type: temporal_ordered, rules: [b, a], until: [c], group-by: [u], timespan: 9s, condition: a and not b}",
          "either: {type: event_count, rules: [a], until: [b, c], group-by: [u], timespan: 20s, condition: {gte: 1}}",
          "shorter: {type: event_count, rules: [b], until: [a], group-by: [v], timespan: 9s, condition: {gte: 2}, suppress: 6s}");

  private static final RuleSet NEW =
      rules(
          "new: {type: new_terms, rules: [a], fields: [w], group-by: [u], timespan: 12s, learning: 4s}",
          "at_once: {type: new_terms, rules: [b, c], fields: [w], group-by: [u, v], timespan: 5s, learning: 0s}",
          "of_all: {type: new_terms, rules: [c], fields: [w], timespan: 10s}",
          "twice_new: {type: event_count, rules: [at_once], group-by: [u], timespan: 6s, condition: {gte: 2}}",
          "which: {type: value_count, rules: [new, at_once], group-by: [u], timespan: 9s, condition: {gte: 2, field: w}}");

  private static final RuleSet MIXED =
      rules(
          "no_more: {type: temporal, rules: [a, b], group-by: [u], timespan: 3s, condition: a and not b}",
          "burst: {type: event_count, rules: [a], group-by: [u, v], timespan: 8s, condition: {gte: 2}}",
          "then_c: {type: temporal_ordered, rules: [no_more, c], group-by: [u], timespan: 6s}",
          "burst_no: {type: temporal, rules: [burst, no_more], group-by: [u], timespan: 6s, condition: burst and not no_more}",
          "bursts: {type: temporal_ordered, rules: [burst, c], group-by: [u], timespan: 9s, at-least: {burst: 2}}",
          "ended: {type: event_count, rules: [burst], until: [no_more], group-by: [u], timespan: 9s, condition: {gte: 2}}");

  /** Pairs of a written statement and a condition that say the same. */
  private static final RuleSet WRITTEN =
      rules(
          "count_epl: {type: epl, rules: [a], group-by: [u], timespan: 10s, epl: select g from a#time(10 sec) group by g having count(*) >= 3}",
          "count_same: {type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 3}}",
          "both_epl: {type: epl, rules: [a, b], group-by: [u], timespan: 5s, epl: 'select x.g as g from a#time(5 sec) as x, b#time(5 sec) as y where x.g = y.g'}",
          "both_same: {type: temporal, rules: [a, b], group-by: [u], timespan: 5s}",
          "absent_epl: {type: epl, rules: [a, b], group-by: [u, v], timespan: 5s, epl: 'select x.g as g from pattern [every x=a -> (timer:interval(5 sec) and not b(g=x.g))]'}",
          "absent_same: {type: temporal, rules: [a, b], group-by: [u, v], timespan: 5s, condition: a and not b}",
          "before_epl: {type: epl, rules: [b, a], group-by: [u], timespan: 5s, epl: 'select x.g as g from a as x where not exists (select * from b#time(5 sec) as y where y.g = x.g)'}",
          "before_same: {type: temporal_ordered, rules: [b, a], group-by: [u], timespan: 5s, condition: a and not b}");

  private static final RuleSet CHAINED =
      rules(
          "burst: {type: event_count, rules: [a], group-by: [u, v], timespan: 8s, condition: {gte: 2}}",
          "order: {type: temporal_ordered, rules: [a, b], group-by: [u, v], timespan: 8s}",
          "same_group: {type: event_count, rules: [burst], group-by: [u, v], timespan: 10s, condition: {gte: 2}}",
          "coarser: {type: temporal, rules: [burst, order], group-by: [u], timespan: 10s}",
          "then_c: {type: temporal_ordered, rules: [burst, c], group-by: [u], timespan: 10s, suppress: 4s}",
          "c_then: {type: temporal_ordered, rules: [c, order], timespan: 6s}",
          "two_orders: {type: temporal_ordered, rules: [burst, order], group-by: [v], timespan: 9s}",
          "groups: {type: value_count, rules: [burst, order], group-by: [u], timespan: 10s, condition: {gte: 2, field: v}}",
          "third: {type: temporal_ordered, rules: [coarser, c, then_c], group-by: [u], timespan: 12s}",
          "third_count: {type: event_count, rules: [groups, b], timespan: 9s, condition: {gte: 3}}");

  private static RuleSet rules(String... correlations) {
    return TestRules.rules(TestRules.pack(correlations));
  }

  /** The rule sets by the name that a failing test shows. */
  enum Rules {
    COUNTING,
    TEMPORAL,
    SUPPRESSED,
    MEASURED,
    CONDITIONAL,
    ABSENT,
    ENDED,
    NEW,
    MIXED,
    CHAINED;

    RuleSet set() {
      return switch (this) {
        case COUNTING -> CorrelationOracleTest.COUNTING;
        case TEMPORAL -> CorrelationOracleTest.TEMPORAL;
        case SUPPRESSED -> CorrelationOracleTest.SUPPRESSED;
        case MEASURED -> CorrelationOracleTest.MEASURED;
        case CONDITIONAL -> CorrelationOracleTest.CONDITIONAL;
        case ABSENT -> CorrelationOracleTest.ABSENT;
        case ENDED -> CorrelationOracleTest.ENDED;
        case NEW -> CorrelationOracleTest.NEW;
        case MIXED -> CorrelationOracleTest.MIXED;
        case CHAINED -> CorrelationOracleTest.CHAINED;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOrderOfArrivalAndSecondDeliveriesSayWhatTheDefinitionSays(Rules rules) {
    try (Levels levels = new Levels(rules.set())) {
      for (int seed = 0; seed < 300; seed++) {
        long start = seed * STREAM_DISTANCE;
        assertStreamed(levels, rules.set(), seed, EVENTS, start, NEVER);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptionsNowAndThenChangeNothing(Rules rules) {
    for (int seed = 1000; seed < 1004; seed++) {
      try (Levels levels = new Levels(rules.set())) {
        assertStreamed(levels, rules.set(), seed, EVENTS, START, 20);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptionsAfterEveryElementChangeNothing(Rules rules) {
    try (Levels levels = new Levels(rules.set())) {
      assertStreamed(levels, rules.set(), 2000, EVENTS / 3, START, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sortedInputSaysWhatTheDefinitionSays(Rules rules) {
    try (Levels.Sorted sorted = new Levels.Sorted(rules.set())) {
      for (int seed = 3000; seed < 3100; seed++) {
        List<TestEvent> events = new RandomStream(seed).events(EVENTS, START, SECONDS);

        assertThat(sorted.correlate(events))
            .as("stream %d", seed)
            .isEqualTo(Oracle.evaluate(rules.set(), TestRules.seen(events)));
      }
    }
  }

  /** Whatever becomes of the stream on its way: any order, twice, and interrupted. */
  @ParameterizedTest
  @ValueSource(ints = {NEVER, 7, 1})
  void writtenStatementsSayWhatConditionsSay(int interruptions) {
    int satisfied = 0;
    for (int seed = 4000; seed < (interruptions == NEVER ? 4012 : 4001); seed++) {
      try (Levels levels = new Levels(WRITTEN)) {
        RandomStream random = new RandomStream(seed);
        stream(levels, random, random.events(EVENTS, START, SECONDS), END, interruptions);
        List<Satisfied> said = levels.takeSaid();
        List<String> written = times(said, "_epl");
        satisfied += written.size();

        assertThat(written).as("stream %d", seed).isEqualTo(times(said, "_same"));
        assertThat(levels.isEmpty()).as("stream %d", seed).isTrue();
      }
    }
    assertThat(satisfied).isGreaterThan(8);
  }

  private static List<String> times(List<Satisfied> said, String ending) {
    return said.stream()
        .filter(each -> each.rule().endsWith(ending))
        .map(
            each -> each.rule().replace(ending, "") + each.group() + each.first() + "/" + each.at())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theStreamsSatisfyEveryRuleInSeveralEpisodesAndSeveralTimesInOne(long seed) {
    for (Rules rules : Rules.values()) {
      List<Satisfied> all = new ArrayList<>();
      for (int stream = 0; stream < 20; stream++) {
        List<TestEvent> events =
            new RandomStream(seed * 31 + stream).events(EVENTS, START, SECONDS);
        all.addAll(Oracle.evaluate(rules.set(), TestRules.seen(events)));
      }
      for (String rule : rules.set().correlations().keySet()) {
        assertThat(all).filteredOn(Satisfied::rule, rule).as(rule).hasSizeGreaterThan(10);
        if (!rules.set().correlations().get(rule).rule().suppress().isZero()) {
          assertThat(all)
              .filteredOn(Satisfied::rule, rule)
              .as(rule)
              .anyMatch(satisfied -> satisfied.at() > satisfied.first());
        }
      }
    }
  }

  /** The last clock comes before the next stream begins, and after everything of this one. */
  private static void assertStreamed(
      Levels levels, RuleSet rules, long seed, int events, long start, int interruptions) {
    RandomStream random = new RandomStream(seed);
    List<TestEvent> all = random.events(events, start, events * SECONDS / EVENTS);
    stream(levels, random, all, start == START ? END : start + STREAM_DISTANCE - 1, interruptions);

    assertThat(levels.takeSaid())
        .as("stream %d", seed)
        .isEqualTo(Oracle.evaluate(rules, TestRules.seen(all)));
    assertThat(levels.isEmpty()).as("stream %d", seed).isTrue();
  }

  private static void stream(
      Levels levels, RandomStream random, List<TestEvent> events, long end, int interruptions) {
    for (Arrival arrival : random.arrivals(events, new Way(LATENESS, 6, interruptions), end)) {
      if (arrival.event() != null) {
        levels.add(arrival.event());
      }
      levels.advance(arrival.clocks());
      if (arrival.interrupted()) {
        levels.interrupt();
      }
    }
  }
}
