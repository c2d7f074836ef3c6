package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.Oracle.Seen;
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
    DECIDED_AT_THE_END(28, new Way(3_600_000, 6, 0)),
    INTERRUPTED_AFTER_EVERY_ELEMENT(10, new Way(LATENESS, 6, 1));

    private final int events;
    private final Way way;

    Journey(int events, Way way) {
      this.events = events;
      this.way = way;
    }

    RandomCase of(long seed) {
      return RandomCase.of(seed, events, way);
    }
  }

  /** Says what is wrong with a case. */
  private interface Check {
    Optional<String> wrong(RandomCase each);
  }

  @ParameterizedTest
  @EnumSource
  void streamedEventsSayWhatTheDefinitionSays(Journey journey) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      check(seed, journey.of(seed), RandomCorrelationsTest::streamed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rulesThatFollowOthersSayWhatTheDefinitionSays(Journey journey) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      check(seed, journey.of(seed).withSecondRelease(seed), RandomCorrelationsTest::streamed);
    }
  }

  @Test
  void sortedEventsSayWhatTheDefinitionSays() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      check(seed, Journey.PLAIN.of(seed), RandomCorrelationsTest::sorted);
    }
  }

  private static Optional<String> streamed(RandomCase each) {
    TestReleases releases = TestReleases.always(each.first().read());
    if (each.releases().size() > 1) {
      releases = releases.then(each.from(), each.last().read());
    }
    try (Levels levels = new Levels(releases)) {
      for (Arrival arrival : each.arrivals()) {
        if (arrival.event() != null) {
          levels.add(arrival.event());
        }
        levels.advance(arrival.clocks());
        if (arrival.interrupted()) {
          levels.interrupt();
        }
      }
      return difference(each.compared(each.defined()), each.compared(levels.takeSaid()))
          .or(() -> levels.isEmpty() ? Optional.empty() : Optional.of("something is kept"));
    }
  }

  private static Optional<String> sorted(RandomCase each) {
    try (Levels.Sorted sorted = new Levels.Sorted(each.first().read())) {
      return difference(each.defined(), sorted.correlate(each.events()));
    }
  }

  private static Optional<String> difference(List<Satisfied> defined, List<Satisfied> said) {
    List<Satisfied> missing = new ArrayList<>(defined);
    said.forEach(missing::remove);
    List<Satisfied> tooMuch = new ArrayList<>(said);
    defined.forEach(tooMuch::remove);
    return missing.isEmpty() && tooMuch.isEmpty()
        ? Optional.empty()
        : Optional.of("not said: " + missing + "\nsaid, but not so: " + tooMuch);
  }

  // ── failing cases ─────────────────────────────────────────────────────────────────────────────

  private static void check(long seed, RandomCase each, Check check) {
    if (wrong(check, each).isPresent()) {
      RandomCase small = shrunk(each, check);
      fail("seed %d%n%s%n%s", seed, small, wrong(check, small).orElseThrow());
    }
  }

  private static Optional<String> wrong(Check check, RandomCase each) {
    try {
      return check.wrong(each);
    } catch (RuntimeException | AssertionError e) {
      return Optional.of(e.toString());
    }
  }

  /** Leaves out one thing after the other as long as the rest is still wrong. */
  private static RandomCase shrunk(RandomCase each, Check check) {
    RandomCase small = each;
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (RandomCase next : smaller(small)) {
        if (next.releases().stream().allMatch(Rules::reads) && wrong(check, next).isPresent()) {
          small = next;
          smaller = true;
          break;
        }
      }
    }
    return small;
  }

  private static List<RandomCase> smaller(RandomCase each) {
    List<RandomCase> smaller = new ArrayList<>();
    for (String rule : each.names()) {
      smaller.add(each.without(rule));
    }
    for (int i = 0; i < each.arrivals().size(); i++) {
      Arrival arrival = each.arrivals().get(i);
      List<Arrival> fewer = new ArrayList<>(each.arrivals());
      if (arrival.event() != null) {
        fewer.removeIf(other -> arrival.event().equals(other.event()));
        smaller.add(new RandomCase(each.releases(), each.from(), fewer));
      }
      if (arrival.interrupted()) {
        fewer = new ArrayList<>(each.arrivals());
        fewer.set(i, new Arrival(arrival.event(), arrival.clocks(), false));
        smaller.add(new RandomCase(each.releases(), each.from(), fewer));
      }
    }
    return smaller;
  }

  // ── what the random cases are worth ───────────────────────────────────────────────────────────

  @Test
  void randomRulesReadWithoutProblemsAndAlertAsTheDefinitionSays() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + 20 * SEEDS; seed++) {
      RandomCase both = Journey.PLAIN.of(seed).withSecondRelease(seed);
      for (Rules written : both.releases()) {
        RuleSet rules = written.read();

        assertThat(rules.correlations()).as("%s", written).hasSize(written.correlations().size());
        for (CorrelationPlan plan : rules.correlations().values()) {
          assertThat(plan.alerts()).as("%s", written).isEqualTo(Oracle.alerts(rules, plan));
        }
      }
    }
  }

  @Test
  void randomStreamsSatisfyRulesOfEveryKind() {
    Map<String, Integer> rulesOf = new TreeMap<>();
    Map<String, Integer> satisfiedOf = new TreeMap<>();
    for (long seed = 0; seed < 150; seed++) {
      RandomCase each = Journey.PLAIN.of(seed);
      RuleSet rules = each.first().read();
      List<Satisfied> satisfied = each.defined();
      for (Written written : each.first().correlations()) {
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

  /**
   * What a rule remembers of the release before, and what it must not, often makes a difference.
   */
  @Test
  void secondReleasesGoOnWithSomeRulesAndBeginAnewWithOthers() {
    int cases = 100;
    int remembered = 0;
    int forgotten = 0;
    int goingOn = 0;
    for (long seed = 0; seed < cases; seed++) {
      RandomCase both = Journey.PLAIN.of(seed).withSecondRelease(seed);
      RuleSet rules = both.last().read();
      List<Satisfied> later = later(both.defined(), both.from());
      List<Seen> seen = TestRules.seen(both.last().detections(), both.events());
      List<Seen> seenLater = seen.stream().filter(each -> each.time() >= both.from()).toList();
      remembered += later.equals(Oracle.evaluate(rules, seenLater)) ? 0 : 1;
      forgotten += later.equals(later(Oracle.evaluate(rules, seen), both.from())) ? 0 : 1;
      goingOn += later.stream().anyMatch(each -> each.first() < both.from()) ? 1 : 0;
    }
    assertThat(remembered).isGreaterThan(cases / 2);
    assertThat(forgotten).isGreaterThan(cases / 2);
    assertThat(goingOn).isGreaterThan(cases / 4);
  }

  private static List<Satisfied> later(List<Satisfied> satisfied, long from) {
    return satisfied.stream().filter(each -> each.at() >= from).toList();
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
