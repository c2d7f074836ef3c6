package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.Alert;
import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Oracle;
import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.Progress;
import io.vigie.correlation.RandomStream;
import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.correlation.Standing;
import io.vigie.correlation.TestEvent;
import io.vigie.correlation.TestMatches;
import io.vigie.correlation.TestRules;
import io.vigie.release.OneReleaseHandle;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator in Flink's hands: its state is all that is left of it after a restart. */
@SuppressWarnings("try") // Flink's harness closes with any exception; nobody interrupts a test
class CorrelateOperatorTest {
  private static final int MAX_PARALLELISM = 8;
  private static final long START = 1_700_000_000_000L;
  private static final long LATENESS = 15_000;

  private static final RulePack PACK =
      TestRules.pack(
          "count: {type: event_count, rules: [a], group-by: [u, v], timespan: 10s, condition: {gte: 2}, suppress: 4s}",
          "order: {type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s}",
          "back: {type: temporal_ordered, rules: [b, a], group-by: [v], timespan: 5s, suppress: 12s}",
          "absent: {type: temporal, rules: [a, c], group-by: [u], timespan: 6s, condition: a and not c}",
          "new: {type: new_terms, rules: [b], group-by: [u], fields: [w], timespan: 9s, learning: 2s}");
  private static final RuleSet RULES = TestRules.rules(PACK);

  enum Backend {
    HEAP(3),
    ROCKSDB(1);

    /** How many streams of restarts take seconds and not minutes. */
    private final int streams;

    Backend(int streams) {
      this.streams = streams;
    }

    StateBackend open() {
      if (this == HEAP) {
        return new HashMapStateBackend();
      }
      EmbeddedRocksDBStateBackend rocksDb = new EmbeddedRocksDBStateBackend();
      rocksDb.getMemoryConfiguration().setUseManagedMemory(false);
      return rocksDb;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyOrderOfArrivalSaysWhatTheDefinitionSays(Backend backend) throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      assertSaysWhatTheDefinitionSays(backend, seed, 30, new int[] {0});
    }
  }

  @ParameterizedTest
  @EnumSource
  void restartAfterEveryElementChangesNothing(Backend backend) throws Exception {
    for (int seed = 100; seed < 100 + backend.streams; seed++) {
      assertSaysWhatTheDefinitionSays(backend, seed, 12, new int[] {1});
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherParallelismAfterEveryElementChangesNothing(Backend backend) throws Exception {
    for (int seed = 200; seed < 200 + backend.streams; seed++) {
      assertSaysWhatTheDefinitionSays(backend, seed, 12, new int[] {2, 1});
    }
  }

  @Test
  void operatorThatIsNewInARestoredJobTakesMatches() throws Exception {
    try (Subtasks subtasks = new Subtasks(Backend.HEAP)) {
      subtasks.start(1, OperatorSubtaskState.builder().build(), 1);
      for (Match match : twoInOneGroup()) {
        subtasks.add(match);
      }
      subtasks.clock(Long.MAX_VALUE);

      assertThat(subtasks.said().values())
          .extracting(Alert::rule)
          .containsExactlyInAnyOrder("count", "absent");
    }
  }

  @Test
  void whatTheClockDecidesGoesOutBeforeWordOfIt() throws Exception {
    try (Subtasks subtasks = new Subtasks(Backend.HEAP)) {
      for (Match match : twoInOneGroup()) {
        subtasks.add(match);
      }
      subtasks.clock(START + 5000);

      assertThat(subtasks.harnesses.get(0).getOutput()).hasSize(1);
      assertThat(subtasks.harnesses.get(0).getSideOutput(Stage.toLevel(2)))
          .extracting(StreamRecord::getValue)
          .singleElement()
          .isInstanceOfSatisfying(
              Progress.class, progress -> assertThat(progress.clock()).isEqualTo(START + 5000));
    }
  }

  @Test
  void lateMatchIsNotTaken() throws Exception {
    try (Subtasks subtasks = new Subtasks(Backend.HEAP)) {
      subtasks.clock(START + 5000);
      for (Match match : twoInOneGroup()) {
        subtasks.add(match);
      }
      subtasks.clock(Long.MAX_VALUE);

      assertThat(subtasks.said()).isEmpty();
      subtasks.assertNothingIsKept();
    }
  }

  private static List<Match> twoInOneGroup() {
    Map<String, List<String>> fields = Map.of("u", List.of("u"), "v", List.of("v"));
    return new TestMatches(RULES)
        .of(
            List.of(
                new TestEvent("e1", TestRules.CLOUDTRAIL, START, Set.of("a"), fields),
                new TestEvent("e2", TestRules.CLOUDTRAIL, START + 1000, Set.of("a"), fields)));
  }

  /**
   * Streams random matches through the operator.
   *
   * @param parallelisms with which it is restarted after every element, in turn; 0 for no restart
   */
  private static void assertSaysWhatTheDefinitionSays(
      Backend backend, long seed, int events, int[] parallelisms) throws Exception {
    RandomStream random = new RandomStream(seed);
    List<TestEvent> all = random.events(events, START, events + events / 2);
    TestMatches matches = new TestMatches(RULES);
    try (Subtasks subtasks = new Subtasks(backend)) {
      int restarts = 0;
      for (Arrival arrival : random.arrivals(all, new Way(LATENESS, 6, 0), Long.MAX_VALUE)) {
        if (arrival.event() != null) {
          for (Match match : matches.of(arrival.event())) {
            subtasks.add(match);
          }
        }
        subtasks.clock(arrival.watermark());
        int parallelism = parallelisms[restarts++ % parallelisms.length];
        if (parallelism > 0) {
          subtasks.restart(parallelism);
        }
      }

      assertThat(episodes(subtasks.said().values()))
          .as("stream %d", seed)
          .isEqualTo(episodes(Oracle.evaluate(RULES, TestRules.seen(all))));
      subtasks.assertNothingIsKept();
    }
  }

  /** Rule, group, first and last satisfied time, number of events. */
  private static List<String> episodes(Collection<Alert> alerts) {
    return alerts.stream()
        .filter(alert -> alert.standing() == Standing.SETTLED)
        .map(
            alert ->
                "%s %s %d-%d %d"
                    .formatted(
                        alert.rule(),
                        alert.group(),
                        alert.firstSeen(),
                        alert.lastSeen(),
                        alert.eventCount()))
        .sorted()
        .toList();
  }

  private static List<String> episodes(List<Satisfied> satisfied) {
    Map<List<Object>, List<Satisfied>> byAlert =
        satisfied.stream()
            .collect(
                Collectors.groupingBy(each -> List.of(each.rule(), each.group(), each.first())));
    return byAlert.values().stream()
        .map(
            times -> {
              Set<String> events = new HashSet<>();
              times.forEach(each -> events.addAll(each.evidence()));
              Satisfied any = times.get(0);
              long last = times.stream().mapToLong(Satisfied::at).max().orElseThrow();
              return "%s %s %d-%d %d"
                  .formatted(any.rule(), any.group(), any.first(), last, events.size());
            })
        .sorted()
        .toList();
  }

  /** The operator's subtasks, each with the keys that Flink would give it. */
  private static final class Subtasks implements AutoCloseable {
    private final Backend backend;
    private final Map<String, Alert> said = new HashMap<>();
    private List<KeyedOneInputStreamOperatorTestHarness<String, Input, Alert>> harnesses =
        List.of();

    Subtasks(Backend backend) throws Exception {
      this.backend = backend;
      start(1, null, 1);
    }

    void start(int parallelism, OperatorSubtaskState state, int before) throws Exception {
      close();
      harnesses = new ArrayList<>();
      for (int subtask = 0; subtask < parallelism; subtask++) {
        KeyedOneInputStreamOperatorTestHarness<String, Input, Alert> harness =
            new KeyedOneInputStreamOperatorTestHarness<>(
                new CorrelateOperator(
                    new OneReleaseHandle(PACK),
                    1,
                    Set.of(TestRules.CLOUDTRAIL),
                    EngineOptions.DEFAULT),
                input -> input.key(),
                Types.STRING,
                MAX_PARALLELISM,
                parallelism,
                subtask);
        harness.setStateBackend(backend.open());
        if (state != null) {
          harness.setRestoredCheckpointId(1);
          harness.initializeState(
              AbstractStreamOperatorTestHarness.repartitionOperatorState(
                  state, MAX_PARALLELISM, before, parallelism, subtask));
        }
        harness.open();
        harnesses.add(harness);
      }
    }

    void add(Match match) throws Exception {
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              match.key(), MAX_PARALLELISM, harnesses.size());
      harnesses.get(subtask).processElement(match, match.timestamp());
    }

    /** Everybody who sends matches has come so far. */
    void clock(long time) throws Exception {
      for (int sender = 0; sender < harnesses.size(); sender++) {
        for (int i = 0; i < harnesses.size(); i++) {
          String key = Routes.keyOf(i, harnesses.size(), MAX_PARALLELISM);
          harnesses
              .get(i)
              .processElement(
                  new Progress(TestRules.CLOUDTRAIL, "sender " + sender, time, 0, 1, key), 0);
        }
      }
    }

    void restart(int parallelism) throws Exception {
      OperatorSubtaskState[] states = new OperatorSubtaskState[harnesses.size()];
      for (int i = 0; i < states.length; i++) {
        states[i] = harnesses.get(i).snapshot(1, 1);
      }
      said();
      start(parallelism, AbstractStreamOperatorTestHarness.repackageState(states), states.length);
    }

    /** What was told last of each alert. */
    Map<String, Alert> said() {
      for (var harness : harnesses) {
        harness.extractOutputValues().forEach(alert -> said.put(alert.id(), alert));
        harness.getOutput().clear();
      }
      return said;
    }

    void assertNothingIsKept() {
      for (var harness : harnesses) {
        for (String state : List.of("journal", "evidence", "episode", "alert")) {
          try (Stream<?> keys =
              harness.getOperator().getKeyedStateBackend().getKeysAndNamespaces(state)) {
            assertThat(keys).as(state).isEmpty();
          }
        }
        assertThat(harness.numEventTimeTimers()).isZero();
      }
    }

    @Override
    public void close() throws Exception {
      for (var harness : harnesses) {
        harness.close();
      }
      harnesses = List.of();
    }
  }
}
