package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBreakerTest {
  private static final long MILLI = 1_000_000;
  private static final RuleBudgets BUDGETS =
      new RuleBudgets(Duration.ofSeconds(5), Duration.ofMillis(1), 1000, 500);

  private long wall;
  private long processor;
  private final RuleBreaker breaker = new RuleBreaker(BUDGETS, () -> wall, () -> processor);

  /** A window that does nothing but take time, or throw. */
  private final class Costly extends FakeWindow {
    private final Guard guard;
    private double wallPerMatch;
    private double processorPerMatch;
    private RuntimeException thrown;
    private Error error;

    private Costly(Guard guard) {
      this.guard = guard;
    }

    @Override
    public List<Hit> feed(long time, List<Match> matches, long shift) {
      guard.moved(time);
      if (thrown != null) {
        throw thrown;
      }
      if (error != null) {
        throw error;
      }
      for (int i = 0; i < matches.size(); i++) {
        wall += (long) (wallPerMatch * MILLI);
        processor += (long) (processorPerMatch * MILLI);
        guard.fed(1);
      }
      return List.of();
    }
  }

  private Costly costly;
  private final RuleWindow window =
      breaker.watch(
          guard -> {
            costly = new Costly(guard);
            return costly;
          });

  /**
   * Twelve seconds on the wall, in which a rule is given matches once a second.
   *
   * @param matches in each second on the wall
   * @param events seconds of event time that pass in each
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          what                                     | matches | wall ms | processor ms | events | paused
          a rule that does little                  | 10      | 0.05    | 0.05         | 1      | false
          many cheap matches                       | 20000   | 0.04    | 0.04         | 1      | false
          few dear matches                         | 10      | 40      | 40           | 1      | false
          many dear matches                        | 400     | 2       | 2            | 1      | true
          dear, and slower than the events         | 2       | 450     | 450          | 1      | true
          dear, and it catches up with an hour     | 400     | 2       | 2            | 3600   | false
          dear, and it catches up, hardly          | 400     | 2       | 2            | 2      | false
          dear, and it does not catch up           | 520     | 2       | 2            | 2      | true
          a machine that is short of processors    | 400     | 2       | 0.2          | 1      | false
          just below half of the time              | 240     | 2       | 2            | 1      | false
          """,
      useHeadersInDisplayName = true)
  void pausesWhatIsSlowDearAndBehind(
      String what, int matches, double onWall, double ofProcessor, int events, boolean paused) {
    costly.wallPerMatch = onWall;
    costly.processorPerMatch = ofProcessor;
    List<Match> each = matches(matches);
    RulePaused thrown = null;
    long second = 0;
    while (thrown == null && second < 12) {
      wall = Math.max(wall, second * 1000 * MILLI);
      long time = second * events * 1000;
      thrown = catchThrowableOfType(RulePaused.class, () -> window.feed(time, each, 0));
      second++;
    }
    assertThat(thrown != null).as("after " + second + " s: " + thrown).isEqualTo(paused);
    if (thrown != null) {
      assertThat(thrown.reason()).isEqualTo(Pause.Reason.TIME);
      assertThat(second).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void stopsInTheMiddleOfOneInstantThatDoesNotEnd() {
    costly.wallPerMatch = 3;
    costly.processorPerMatch = 3;
    window.feed(0, matches(1), 0);

    assertThatThrownBy(() -> window.feed(1000, matches(1_000_000), 0))
        .isInstanceOf(RulePaused.class)
        .hasMessageContaining(" ms of the last 10 s")
        .hasMessageContaining("1000 ms of events");
    assertThat(wall).isLessThan(6_000 * MILLI);
  }

  @Test
  void whatWasLongAgoIsForgotten() {
    costly.wallPerMatch = 2;
    costly.processorPerMatch = 2;
    for (int i = 0; i < 20; i++) {
      window.feed(i, matches(2000), 0);
      wall += 11_000 * MILLI;
    }
    assertThat(wall).isGreaterThan(200_000 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501})
  void oneMatchMaySatisfySoManyRows(int rows) {
    RuleWindow exploding =
        breaker.watch(
            guard ->
                new FakeWindow() {
                  @Override
                  public List<Hit> feed(long time, List<Match> matches, long shift) {
                    guard.fed(rows);
                    return List.of();
                  }
                });
    RulePaused thrown =
        catchThrowableOfType(RulePaused.class, () -> exploding.feed(0, matches(1), 0));
    if (rows == 500) {
      assertThat(thrown).isNull();
    } else {
      assertThat(thrown.reason()).isEqualTo(Pause.Reason.ROWS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001})
  void windowMayHoldSoManyMatches(int size) {
    RuleWindow full =
        breaker.watch(
            guard ->
                new FakeWindow() {
                  @Override
                  public int size() {
                    return size;
                  }
                });
    RulePaused thrown = catchThrowableOfType(RulePaused.class, () -> full.feed(0, matches(1), 0));
    if (size == 1000) {
      assertThat(thrown).isNull();
    } else {
      assertThat(thrown.reason()).isEqualTo(Pause.Reason.MATCHES);
    }
  }

  @Test
  void whatThrowsIsPausedWithItsCause() {
    costly.thrown =
        new IllegalStateException(
            "outer", new RuntimeException(new ArithmeticException("by zero")));
    RulePaused thrown =
        catchThrowableOfType(RulePaused.class, () -> window.feed(7000, matches(1), 0));
    Pause pause = breaker.pause(thrown, 3);

    assertThat(pause)
        .isEqualTo(new Pause("fake", 3, 7000, Pause.Reason.FAILED, "ArithmeticException: by zero"));
  }

  @Test
  void endlessRecursionIsPausedAndLackOfMemoryIsNot() {
    costly.error = new StackOverflowError();
    assertThatThrownBy(() -> window.feed(0, matches(1), 0)).isInstanceOf(RulePaused.class);
    costly.error = new OutOfMemoryError("heap");
    assertThatThrownBy(() -> window.feed(0, matches(1), 0)).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void pausedRuleStaysPausedAfterARestartUntilANewerRelease() {
    breaker.pause(new RulePaused("r", 0, Pause.Reason.TIME, "x"), 3);
    breaker.pause(new RulePaused("s", 0, Pause.Reason.TIME, "y"), 3);
    RuleBreaker restarted = new RuleBreaker(BUDGETS, () -> wall, () -> processor);
    restarted.restore(breaker.paused());
    List<Pause> older = List.of(new Pause("r", 2, 0, Pause.Reason.TIME, "older"));
    restarted.restore(older);

    assertThat(restarted.paused()).isEqualTo(breaker.paused());
    assertThat(restarted.isPaused("r", 3)).isTrue();
    assertThat(restarted.isPaused("other", 3)).isFalse();
    assertThat(restarted.isPaused("r", 4)).isFalse();
    restarted.resume("r");
    assertThat(restarted.paused()).extracting(Pause::rule).containsExactly("s");
  }

  /** The 67th match satisfies 22 times 23 rows. */
  @Test
  void explodingJoinIsStoppedBeforeItsRowsFillTheMemory() {
    RuleSet rules =
        TestRules.rules(
            TestRules.pack(
                "pairs: {type: epl, rules: [a, b, c], group-by: [u], timespan: 7d, epl: \""
                    + "select x.g as g from a#time(7 days) as x, b#time(7 days) as y,"
                    + " c#time(7 days) as z where x.g = y.g and y.g = z.g\"}"));
    assertThat(fedUntilPaused(rules, "pairs", List.of("a", "b", "c"), Pause.Reason.ROWS))
        .isBetween(60, 70);
  }

  @Test
  void growingPatternIsStoppedWhenItWaitsForTooMuch() {
    RuleSet rules =
        TestRules.rules(
            TestRules.pack(
                "pairs: {type: epl, rules: [a, b, c], group-by: [u], timespan: 7d, epl: \""
                    + "select x.g as g from pattern [every x=a ->"
                    + " ((every y=b(g = x.g)) where timer:within(3 days)) ->"
                    + " ((every z=c(g = y.g)) where timer:within(4 days))]\"}"));
    assertThat(fedUntilPaused(rules, "pairs", List.of("a", "b"), Pause.Reason.MATCHES))
        .isBetween(50, 100);
  }

  private int fedUntilPaused(
      RuleSet rules, String rule, List<String> members, Pause.Reason reason) {
    CorrelationPlan plan = rules.correlations().get(rule);
    try (RuleWindow exploding = RuleWindows.open(rules, plan, breaker)) {
      for (int i = 0; i < 1000; i++) {
        int step = plan.members().indexOf(members.get(i % members.size()));
        List<Match> one =
            List.of(
                new Match(rule, List.of("u"), step, i * 1000L, "e" + i, List.of(), 1, List.of()));
        long time = i * 1000L;
        RulePaused thrown =
            catchThrowableOfType(RulePaused.class, () -> exploding.feed(time, one, 0));
        if (thrown != null) {
          assertThat(thrown.reason()).as(thrown.detail()).isEqualTo(reason);
          return i;
        }
      }
    }
    throw new AssertionError("nothing was paused");
  }

  private static List<Match> matches(int count) {
    return new ArrayList<>(
        IntStream.range(0, count)
            .mapToObj(i -> new Match("fake", List.of(), 0, 0, "e" + i, List.of(), 1, List.of()))
            .toList());
  }
}
