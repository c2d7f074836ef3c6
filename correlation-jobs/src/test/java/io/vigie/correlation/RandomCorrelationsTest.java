package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.RandomCorrelations.Rules;
import io.vigie.correlation.RandomCorrelations.Written;
import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the rules, and whatever becomes of the stream on its way, the engine says what the
 * definition says. {@code -Dseeds=1000} tries more of both, {@code -Dseed=17} begins there.
 */
class RandomCorrelationsTest {
  private static final long FIRST_SEED = Long.getLong("seed", 0);
  private static final long SEEDS = Long.getLong("seeds", 20);
  private static final long START = 1_700_000_000_000L;
  private static final int LATENESS = 15_000;

  private static final String[] KINDS = {
    "event_count",
    "value_count",
    "value_sum",
    "value_avg",
    "value_median",
    "value_percentile",
    "temporal",
    "temporal_ordered",
    "new_terms",
    "chained event_count",
    "chained value_count",
    "chained temporal",
    "chained temporal_ordered",
    "chained new_terms",
    "some of the rules",
    "absent while together",
    "absent first",
    "absent between",
    "absent last",
    "alternatives in order",
    "at least, together",
    "at least, in order",
    "until",
    "alias",
    "level 1",
    "level 2",
    "level 3",
    "groups 0",
    "groups 1",
    "groups 2",
    "shorter suppress",
    "longer suppress"
  };

  enum Journey {
    PLAIN(28, new Way(0, 0, 0)),
    SHUFFLED(28, new Way(LATENESS, 0, 0)),
    DUPLICATED(28, new Way(LATENESS, 2, 0)),
    INTERRUPTED(28, new Way(LATENESS, 6, 12)),
    INTERRUPTED_AFTER_EVERY_ELEMENT(10, new Way(LATENESS, 6, 1));

    private final int events;
    private final Way way;

    Journey(int events, Way way) {
      this.events = events;
      this.way = way;
    }
  }

  /** Rules, and what reaches the engine. */
  private record Case(Rules rules, List<Arrival> arrivals) {
    List<TestEvent> events() {
      return arrivals.stream()
          .filter(arrival -> arrival.event() != null)
          .map(Arrival::event)
          .distinct()
          .toList();
    }

    @Override
    public String toString() {
      return rules
          + arrivals.stream()
              .map(
                  arrival ->
                      "%n%s then %s%s"
                          .formatted(
                              arrival.event() == null ? "nothing" : arrival.event(),
                              new TreeMap<>(arrival.clocks()),
                              arrival.interrupted() ? ", interrupted" : ""))
              .collect(Collectors.joining());
    }
  }

  /** Says what is wrong with a case. */
  private interface Check {
    Optional<String> wrong(Case each);
  }

  @ParameterizedTest
  @EnumSource
  void streamedEventsSayWhatTheDefinitionSays(Journey journey) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      check(seed, journey, RandomCorrelationsTest::streamed);
    }
  }

  @Test
  void sortedEventsSayWhatTheDefinitionSays() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      check(seed, Journey.PLAIN, RandomCorrelationsTest::sorted);
    }
  }

  private static Optional<String> streamed(Case each) {
    RuleSet rules = TestRules.rules(each.rules().pack());
    try (Levels levels = new Levels(rules)) {
      for (Arrival arrival : each.arrivals()) {
        if (arrival.event() != null) {
          levels.add(arrival.event());
        }
        levels.advance(arrival.clocks());
        if (arrival.interrupted()) {
          levels.interrupt();
        }
      }
      return difference(each, rules, levels.takeSaid())
          .or(() -> levels.isEmpty() ? Optional.empty() : Optional.of("something is kept"));
    }
  }

  private static Optional<String> sorted(Case each) {
    RuleSet rules = TestRules.rules(each.rules().pack());
    try (Levels.Sorted sorted = new Levels.Sorted(rules)) {
      return difference(each, rules, sorted.correlate(each.events()));
    }
  }

  private static Optional<String> difference(Case each, RuleSet rules, List<Satisfied> said) {
    List<Satisfied> defined =
        Oracle.evaluate(rules, TestRules.seen(each.rules().detections(), each.events()));
    List<Satisfied> missing = new ArrayList<>(defined);
    said.forEach(missing::remove);
    List<Satisfied> tooMuch = new ArrayList<>(said);
    defined.forEach(tooMuch::remove);
    return missing.isEmpty() && tooMuch.isEmpty()
        ? Optional.empty()
        : Optional.of("not said: " + missing + "\nsaid, but not so: " + tooMuch);
  }

  // ── failing cases ─────────────────────────────────────────────────────────────────────────────

  private static void check(long seed, Journey journey, Check check) {
    Case each = of(seed, journey);
    if (wrong(check, each).isPresent()) {
      Case small = shrunk(each, check);
      fail("seed %d%n%s%n%s", seed, small, wrong(check, small).orElseThrow());
    }
  }

  private static Case of(long seed, Journey journey) {
    RandomStream random = new RandomStream(seed, true);
    int seconds = journey.events * 45 / 28;
    List<TestEvent> events = random.events(journey.events, START, seconds);
    return new Case(
        new RandomCorrelations(seed).rules(), random.arrivals(events, journey.way, Long.MAX_VALUE));
  }

  private static Optional<String> wrong(Check check, Case each) {
    try {
      return check.wrong(each);
    } catch (RuntimeException | AssertionError e) {
      return Optional.of(e.toString());
    }
  }

  /** Leaves out one thing after the other as long as the rest is still wrong. */
  private static Case shrunk(Case each, Check check) {
    for (Case smaller : smaller(each)) {
      if (smaller.rules().reads() && wrong(check, smaller).isPresent()) {
        return shrunk(smaller, check);
      }
    }
    return each;
  }

  private static List<Case> smaller(Case each) {
    List<Case> smaller = new ArrayList<>();
    List<Written> rules = each.rules().correlations();
    for (int i = rules.size() - 1; i >= 0; i--) {
      List<Written> fewer = new ArrayList<>(rules);
      fewer.remove(i);
      smaller.add(new Case(each.rules().with(fewer), each.arrivals()));
      for (String key : rules.get(i).keys().keySet()) {
        List<Written> simpler = new ArrayList<>(rules);
        simpler.set(i, rules.get(i).without(key));
        smaller.add(new Case(each.rules().with(simpler), each.arrivals()));
      }
    }
    for (int i = 0; i < each.arrivals().size(); i++) {
      Arrival arrival = each.arrivals().get(i);
      List<Arrival> fewer = new ArrayList<>(each.arrivals());
      if (arrival.event() != null) {
        fewer.removeIf(
            other -> other.event() != null && other.event().id().equals(arrival.event().id()));
        smaller.add(new Case(each.rules(), fewer));
      } else if (arrival.interrupted()) {
        fewer.set(i, new Arrival(null, arrival.clocks(), false));
        smaller.add(new Case(each.rules(), fewer));
      }
    }
    return smaller;
  }

  // ── what the random cases are worth ───────────────────────────────────────────────────────────

  @Test
  void randomRulesReadWithoutProblemsAndAlertAsTheDefinitionSays() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + 20 * SEEDS; seed++) {
      Rules written = new RandomCorrelations(seed).rules();
      RuleSet rules = TestRules.rules(written.pack());

      assertThat(rules.correlations()).as("%s", written).hasSize(written.correlations().size());
      for (CorrelationPlan plan : rules.correlations().values()) {
        assertThat(plan.alerts()).as("%s", written).isEqualTo(Oracle.alerts(rules, plan));
      }
    }
  }

  @Test
  void randomStreamsSatisfyRulesOfEveryKind() {
    Map<String, Integer> rulesOf = new TreeMap<>();
    Map<String, Integer> satisfiedOf = new TreeMap<>();
    for (long seed = 0; seed < 150; seed++) {
      Case each = of(seed, Journey.PLAIN);
      RuleSet rules = TestRules.rules(each.rules().pack());
      List<Satisfied> satisfied =
          Oracle.evaluate(rules, TestRules.seen(each.rules().detections(), each.events()));
      for (Written written : each.rules().correlations()) {
        CorrelationPlan plan = rules.correlations().get(written.name());
        boolean any = satisfied.stream().anyMatch(time -> time.rule().equals(plan.id()));
        for (String kind : kinds(plan)) {
          rulesOf.merge(kind, 1, Integer::sum);
          satisfiedOf.merge(kind, any ? 1 : 0, Integer::sum);
        }
      }
    }
    assertThat(rulesOf).containsKeys(KINDS);
    rulesOf.forEach(
        (kind, rules) -> {
          assertThat(rules).as(kind).isGreaterThan(9);
          assertThat(satisfiedOf.get(kind)).as("%s of %d", kind, rules).isGreaterThan(rules / 3);
        });
  }

  private static List<String> kinds(CorrelationPlan plan) {
    List<String> kinds = new ArrayList<>();
    kinds.add(plan.rule().type().word());
    kinds.add("level " + plan.level());
    kinds.add("groups " + plan.rule().groupBy().size());
    if (plan.level() > 1 && !plan.rule().type().measures()) {
      kinds.add("chained " + plan.rule().type().word());
    }
    if (plan.rule().condition() instanceof Together together) {
      String presence = together.presence().toString();
      if (together.waits()) {
        kinds.add("absent while together");
      }
      if (presence.matches(".*atLeast=[23].*")) {
        kinds.add("at least, together");
      }
      if (together.presence() instanceof Presence.AtLeast some
          && some.count() < some.parts().size()) {
        kinds.add("some of the rules");
      }
    }
    if (plan.rule().condition() instanceof InOrder order) {
      int last = order.positions().size() - 1;
      for (int i = 0; i <= last; i++) {
        if (order.positions().get(i).negated()) {
          kinds.add(i == 0 ? "absent first" : i == last ? "absent last" : "absent between");
        } else if (i > 0 && order.positions().get(i).equals(order.positions().get(i - 1))) {
          kinds.add("at least, in order");
        } else if (order.positions().get(i).steps().size() > 1) {
          kinds.add("alternatives in order");
        }
      }
    }
    if (!plan.rule().until().isEmpty()) {
      kinds.add("until");
    }
    if (!plan.rule().aliases().isEmpty()) {
      kinds.add("alias");
    }
    int suppress = plan.rule().suppress().compareTo(plan.rule().timespan());
    if (suppress != 0 && !plan.rule().suppress().isZero()) {
      kinds.add(suppress < 0 ? "shorter suppress" : "longer suppress");
    }
    return kinds.stream().distinct().toList();
  }
}
