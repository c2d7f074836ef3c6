package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.RandomMatches.Arrival;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both drivers say what the definition says, whatever happens to the stream on its way. */
class CorrelationOracleTest {
  private static final int NEVER = 0;
  private static final long START = 1_700_000_000_000L;
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
          "short: {type: temporal, rules: [c, a], group-by: [u], timespan: 4s, suppress: 2s, condition: c and not a}");

  private static final RuleSet ENDED =
      rules(
          "until: {type: event_count, rules: [a, b], until: [c], group-by: [u], timespan: 10s, condition: {gte: 3}}",
          "values: {type: value_count, rules: [a, b], until: [c], group-by: [u], timespan: 10s, condition: {gte: 3, field: w}}",
          "both: {type: temporal, rules: [a, b], until: [c], group-by: [u], timespan: 8s}",
          "order: {type: temporal_ordered, rules: [a, b], until: [c], group-by: [u, v], timespan: 9s}",
          "refused: {type: temporal_ordered, rules: [b, a], until: [c], group-by: [u], timespan: 9s, condition: a and not b}",
          "either: {type: event_count, rules: [a], until: [b, c], group-by: [u], timespan: 20s, condition: {gte: 1}}",
          "shorter: {type: event_count, rules: [b], until: [a], group-by: [v], timespan: 9s, condition: {gte: 2}, suppress: 3s}");

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
    Levels levels = new Levels(rules.set());
    for (int stream = 0; stream < 300; stream++) {
      long start = stream * STREAM_DISTANCE;
      assertStreamed(levels, stream, EVENTS, start, start + STREAM_DISTANCE - 1, NEVER);
    }
    levels.close();
  }

  /** Whatever becomes of the stream on its way: any order, twice, and interrupted. */
  @ParameterizedTest
  @ValueSource(ints = {NEVER, 7, 1})
  void writtenStatementsSayWhatConditionsSay(int interruptions) {
    int satisfied = 0;
    for (int seed = 4000; seed < (interruptions == NEVER ? 4012 : 4001); seed++) {
      Levels levels = new Levels(WRITTEN);
      RandomMatches random = new RandomMatches(WRITTEN, seed);
      List<Correlation> said = new ArrayList<>();
      for (Arrival arrival :
          random.arrivals(random.matches(EVENTS, START, SECONDS), LATENESS, Long.MAX_VALUE)) {
        if (arrival.match() != null) {
          levels.add(arrival.match());
        }
        levels.advance(arrival.watermark(), said::add);
        if (interruptions != NEVER && random.oneIn(interruptions)) {
          levels.interrupt();
        }
      }
      levels.close();
      List<String> written = times(said, "_epl");
      satisfied += written.size();

      assertThat(written).as("stream %d", seed).isEqualTo(times(said, "_same"));
      assertThat(levels.journals).as("stream %d", seed).allMatch(HeapJournal::isEmpty);
    }
    assertThat(satisfied).isGreaterThan(8);
  }

  private static List<String> times(List<Correlation> said, String ending) {
    return said.stream()
        .filter(each -> each.rule().endsWith(ending))
        .map(
            each ->
                each.rule().replace(ending, "")
                    + each.group()
                    + each.firstSatisfied()
                    + "/"
                    + each.satisfied())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void interruptionsNowAndThenChangeNothing(Rules rules) {
    for (int seed = 1000; seed < 1004; seed++) {
      assertStreamed(new Levels(rules.set()), seed, EVENTS, START, Long.MAX_VALUE, 20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptionsAfterEveryElementChangeNothing(Rules rules) {
    for (int seed = 2000; seed < 2001; seed++) {
      assertStreamed(new Levels(rules.set()), seed, EVENTS / 3, START, Long.MAX_VALUE, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sortedInputSaysWhatTheDefinitionSays(Rules rules) {
    try (Sorted sorted = new Sorted(rules.set())) {
      for (int seed = 3000; seed < 3100; seed++) {
        RandomMatches random = new RandomMatches(rules.set(), seed);
        List<Match> matches = random.matches(EVENTS, START, SECONDS);

        assertThat(Satisfied.of(sorted.correlate(matches, random)))
            .as("stream %d", seed)
            .isEqualTo(new Oracle(rules.set()).evaluate(matches));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theStreamsSatisfyEveryRuleInSeveralEpisodesAndSeveralTimesInOne(long seed) {
    for (Rules rules : Rules.values()) {
      List<Satisfied> all = new ArrayList<>();
      for (int stream = 0; stream < 20; stream++) {
        all.addAll(
            new Oracle(rules.set())
                .evaluate(
                    new RandomMatches(rules.set(), seed * 31 + stream)
                        .matches(EVENTS, START, SECONDS)));
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

  /**
   * Streams random matches.
   *
   * @param end the last watermark
   * @param interruptions one in so many elements is followed by a restart
   */
  private static void assertStreamed(
      Levels levels, long seed, int events, long start, long end, int interruptions) {
    RandomMatches random = new RandomMatches(levels.rules, seed);
    List<Match> matches = random.matches(events, start, events * SECONDS / EVENTS);
    List<Correlation> said = new ArrayList<>();
    for (Arrival arrival : random.arrivals(matches, LATENESS, end)) {
      if (arrival.match() != null) {
        levels.add(arrival.match());
      }
      levels.advance(arrival.watermark(), said::add);
      if (interruptions != NEVER && random.oneIn(interruptions)) {
        levels.interrupt();
      }
    }
    if (end == Long.MAX_VALUE) {
      levels.close();
    }

    assertThat(Satisfied.of(said))
        .as("stream %d", seed)
        .isEqualTo(new Oracle(levels.rules).evaluate(matches));
    assertThat(levels.journals).as("stream %d", seed).allMatch(HeapJournal::isEmpty);
  }

  /** A correlator for each level, joined as the job joins them. */
  private static final class Levels {
    private final RuleSet rules;
    private final Contributions contributions;
    private final List<HeapJournal> journals = new ArrayList<>();
    private final List<Correlator> correlators = new ArrayList<>();
    private long clock = Long.MIN_VALUE;

    Levels(RuleSet rules) {
      this.rules = rules;
      this.contributions = new Contributions(rules);
      int levels = rules.correlations().values().stream().mapToInt(p -> p.level()).max().orElse(0);
      for (int level = 1; level <= levels; level++) {
        journals.add(new HeapJournal());
        correlators.add(open(level));
      }
    }

    private Correlator open(int level) {
      return new Correlator(
          TestRules.always(rules), level, Set.of(TestRules.SOURCE), journals.get(level - 1));
    }

    Correlator.Arrival add(Match match) {
      return correlators.get(rules.correlations().get(match.rule()).level() - 1).add(match);
    }

    void advance(long watermark, Consumer<Correlation> out) {
      clock = watermark;
      for (Correlator correlator : correlators) {
        correlator.advance(
            TestRules.clock(watermark),
            correlation -> {
              out.accept(correlation);
              for (Match match : contributions.of(correlation)) {
                assertThat(add(match)).isEqualTo(Correlator.Arrival.TAKEN);
              }
            });
      }
    }

    /** Everything but the journals and the clocks is lost. */
    void interrupt() {
      for (int i = 0; i < correlators.size(); i++) {
        correlators.get(i).close();
        correlators.set(i, open(i + 1));
        correlators.get(i).restore(TestRules.clock(clock));
      }
    }

    void close() {
      correlators.forEach(Correlator::close);
    }
  }

  /** The same for sorted input. It goes through many inputs one after the other. */
  private static final class Sorted implements AutoCloseable {
    private final RuleSet rules;
    private final List<SortedCorrelator> correlators = new ArrayList<>();

    Sorted(RuleSet rules) {
      this.rules = rules;
      for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
        correlators.add(new SortedCorrelator(TestRules.always(rules).known().get(0), level));
      }
    }

    List<Correlation> correlate(List<Match> matches, RandomMatches random) {
      List<Match> all = new ArrayList<>(matches);
      List<Correlation> said = new ArrayList<>();
      for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
        int wanted = level;
        SortedCorrelator correlator = correlators.get(level - 1);
        List<Correlation> ofLevel = new ArrayList<>();
        all.stream()
            .filter(match -> rules.correlations().get(match.rule()).level() == wanted)
            .collect(Collectors.collectingAndThen(Collectors.toList(), random::sorted))
            .forEach(match -> correlator.add(match, ofLevel::add));
        correlator.end(ofLevel::add);
        ofLevel.forEach(each -> all.addAll(new Contributions(rules).of(each)));
        said.addAll(ofLevel);
      }
      said.sort(Comparator.comparingLong(Correlation::satisfied));
      return said;
    }

    @Override
    public void close() {
      correlators.forEach(SortedCorrelator::close);
    }
  }
}
