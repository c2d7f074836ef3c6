package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.Alert;
import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.correlation.Progress;
import io.vigie.correlation.RandomCase;
import io.vigie.correlation.RandomStream.Arrival;
import io.vigie.correlation.RandomStream.Way;
import io.vigie.correlation.Standing;
import io.vigie.correlation.TestMatches;
import io.vigie.correlation.TestRules;
import io.vigie.ingest.LogSources;
import io.vigie.release.OneRelease;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random rules of three levels on random streams, in the operators of all levels, joined as the job
 * joins them: what analysts are told in the end is what the definition says.
 */
@SuppressWarnings("try") // Flink's harness closes with any exception; nobody interrupts a test
class RandomOperatorsTest {
  private static final int MAX_PARALLELISM = 8;
  private static final int EVENTS = 28;
  private static final long FIRST_SEED = Long.getLong("seed", 0);
  private static final long SEEDS = Long.getLong("seeds", 20);
  private static final Set<String> READ = Set.of(TestRules.CLOUDTRAIL, TestRules.OKTA);

  /** What happens to the operators while the stream goes through them. */
  enum Journey {
    UNDISTURBED(new Way(15_000, 6, 0), 1),
    RESTARTED(new Way(15_000, 6, 9), 1),
    RESCALED(new Way(15_000, 6, 9), 3);

    private final Way way;
    private final int maxParallelism;

    Journey(Way way, int maxParallelism) {
      this.way = way;
      this.maxParallelism = maxParallelism;
    }
  }

  @ParameterizedTest
  @EnumSource
  void alertsAreThoseOfTheDefinition(Journey journey) throws Exception {
    int alerts = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      alerts += check(seed, journey, RandomCase.of(seed, EVENTS, journey.way));
    }
    assertThat(alerts).isGreaterThan((int) (5 * SEEDS));
  }

  @ParameterizedTest
  @EnumSource
  void alertsAreThoseOfTheDefinitionWhenRulesArePublishedMeanwhile(Journey journey)
      throws Exception {
    int alerts = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      alerts +=
          check(seed, journey, RandomCase.of(seed, EVENTS, journey.way).withSecondRelease(seed));
    }
    assertThat(alerts).isGreaterThan((int) (5 * SEEDS));
  }

  /** How many alerts there are. */
  private static int check(long seed, Journey journey, RandomCase each) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (Job job = new Job(each)) {
      for (Arrival arrival : each.arrivals()) {
        job.take(arrival);
        if (arrival.interrupted()) {
          job.restart(1 + random.nextInt(journey.maxParallelism));
        }
      }

      Episodes episodes = new Episodes(each);
      assertThat(episodes.told(job.said().values()))
          .as("seed %d%n%s", seed, each)
          .isEqualTo(episodes.defined());
      job.assertNothingIsKept();
      return episodes.defined().size();
    }
  }

  /** Alerts and satisfied times in the same words. */
  private record Episodes(RandomCase rules, List<RuleSet> ruleSets, Set<String> changed) {
    Episodes(RandomCase rules) {
      this(rules, rules.ruleSets(), rules.changed());
    }

    List<String> told(Collection<Alert> alerts) {
      return alerts.stream()
          .filter(alert -> alert.standing() == Standing.SETTLED)
          .map(
              alert ->
                  text(
                      alert.rule(),
                      alert.group(),
                      alert.firstSeen(),
                      alert.lastSeen(),
                      alert.eventCount()))
          .sorted()
          .toList();
    }

    List<String> defined() {
      Map<List<Object>, List<Satisfied>> byAlert =
          rules.defined().stream()
              .filter(this::alerts)
              .collect(
                  Collectors.groupingBy(each -> List.of(each.rule(), each.group(), each.first())));
      return byAlert.values().stream()
          .map(
              times -> {
                Set<String> events = new HashSet<>();
                times.forEach(each -> events.addAll(each.evidence()));
                Satisfied any = times.get(0);
                long last = times.stream().mapToLong(Satisfied::at).max().orElseThrow();
                return text(any.rule(), any.group(), any.first(), last, events.size());
              })
          .sorted()
          .toList();
    }

    /** Whether the rule alerts by itself in the release that decides at that time. */
    private boolean alerts(Satisfied each) {
      RuleSet deciding = ruleSets.get(each.at() < rules.from() ? 0 : ruleSets.size() - 1);
      return deciding.correlations().get(each.rule()).alerts();
    }

    /** Where an episode goes on with another condition, events may be counted again or not. */
    private String text(String rule, List<String> group, long first, long last, int events) {
      boolean comparable = last < rules.from() || !changed.contains(rule);
      return "%s %s %d-%d %s"
          .formatted(rule, group, first, last, comparable ? String.valueOf(events) : "");
    }
  }

  /** The rules become known one release after the other. */
  private static final class Published implements Releases {
    private static final RulePack SOURCES = new RulePack(List.of(), LogSources.builtIn());

    private volatile List<Release> known;

    Published(RuleSet first) {
      known = new OneRelease(SOURCES, first).known();
    }

    void add(long from, RuleSet rules) {
      List<Release> more = new ArrayList<>(known);
      more.add(new Release(known.size(), "", from, SOURCES, rules));
      known = List.copyOf(more);
    }

    @Override
    public List<Release> known() {
      return known;
    }

    @Override
    public int count() {
      return known.size();
    }

    @Override
    public long lastContact() {
      return Long.MAX_VALUE;
    }

    @Override
    public void await(int count) {
      assertThat(count()).isGreaterThanOrEqualTo(count);
    }
  }

  private record Handle(String name) implements ReleasesHandle {
    private static final Map<String, Published> ALL = new ConcurrentHashMap<>();

    @Override
    public Releases open() {
      return ALL.get(name);
    }
  }

  /** The operators' subtasks of each level, each with the keys that Flink would give it. */
  private static final class Job implements AutoCloseable {
    private final RandomCase rules;
    private final List<RuleSet> ruleSets;
    private final Published releases;
    private final Handle handle = new Handle("test");
    private final Map<Integer, TestMatches> routers = new HashMap<>();
    private final Map<String, Alert> said = new HashMap<>();
    private final List<List<KeyedOneInputStreamOperatorTestHarness<String, Input, Alert>>> levels =
        new ArrayList<>();
    private int parallelism;

    Job(RandomCase rules) throws Exception {
      this.rules = rules;
      this.ruleSets = rules.ruleSets();
      this.releases = new Published(ruleSets.get(0));
      Handle.ALL.put(handle.name(), releases);
      start(1, List.of(), 1);
    }

    private void start(int subtasks, List<OperatorSubtaskState> states, int before)
        throws Exception {
      close();
      parallelism = subtasks;
      for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
        List<KeyedOneInputStreamOperatorTestHarness<String, Input, Alert>> started =
            new ArrayList<>();
        for (int subtask = 0; subtask < subtasks; subtask++) {
          var harness =
              new KeyedOneInputStreamOperatorTestHarness<String, Input, Alert>(
                  new CorrelateOperator(handle, level, READ, EngineOptions.DEFAULT),
                  input -> input.key(),
                  Types.STRING,
                  MAX_PARALLELISM,
                  subtasks,
                  subtask);
          harness.setStateBackend(new HashMapStateBackend());
          if (!states.isEmpty()) {
            harness.setRestoredCheckpointId(1);
            harness.initializeState(
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    states.get(level - 1), MAX_PARALLELISM, before, subtasks, subtask));
          }
          harness.open();
          started.add(harness);
        }
        levels.add(started);
      }
    }

    /** The second release is known before the first event or clock of its time. */
    void take(Arrival arrival) throws Exception {
      boolean secondDecides =
          arrival.clocks().values().stream().anyMatch(clock -> clock >= rules.from() - 1)
              || (arrival.event() != null && arrival.event().time() >= rules.from());
      if (ruleSets.size() > releases.count() && secondDecides) {
        releases.add(rules.from(), ruleSets.get(1));
      }
      if (arrival.event() != null) {
        Release release = releases.at(arrival.event().time());
        TestMatches router =
            routers.computeIfAbsent(release.number(), number -> new TestMatches(release.rules()));
        for (Match match : router.of(arrival.event())) {
          send(release.rules().correlations().get(match.rule()).level(), match);
        }
      }
      for (Map.Entry<String, Long> clock : arrival.clocks().entrySet()) {
        for (int sender = 0; sender < parallelism; sender++) {
          for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
            for (int i = 0; i < parallelism; i++) {
              String key = Routes.keyOf(i, parallelism, MAX_PARALLELISM);
              String from = "level 0/" + sender;
              send(
                  level,
                  new Progress(clock.getKey(), from, clock.getValue(), 0, releases.count(), key));
            }
          }
        }
      }
    }

    /** With all that follows from it in the levels above. */
    private void send(int level, Input input) throws Exception {
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              input.key(), MAX_PARALLELISM, parallelism);
      var harness = levels.get(level - 1).get(subtask);
      harness.processElement(input, 0);
      for (int higher = level + 1; higher <= RuleSet.MAX_LEVEL; higher++) {
        Queue<StreamRecord<Input>> out = harness.getSideOutput(Stage.toLevel(higher));
        while (out != null && !out.isEmpty()) {
          send(higher, out.poll().getValue());
        }
      }
    }

    void restart(int subtasks) throws Exception {
      List<OperatorSubtaskState> states = new ArrayList<>();
      for (var level : levels) {
        OperatorSubtaskState[] each = new OperatorSubtaskState[level.size()];
        for (int i = 0; i < each.length; i++) {
          each[i] = level.get(i).snapshot(1, 1);
          level.get(i).notifyOfCompletedCheckpoint(1);
        }
        states.add(AbstractStreamOperatorTestHarness.repackageState(each));
      }
      said();
      start(subtasks, states, parallelism);
    }

    /** What was told last of each alert. */
    Map<String, Alert> said() {
      levels.stream()
          .flatMap(List::stream)
          .forEach(
              harness -> {
                harness.extractOutputValues().forEach(alert -> said.put(alert.id(), alert));
                harness.getOutput().clear();
              });
      return said;
    }

    void assertNothingIsKept() {
      for (var harness : levels.stream().flatMap(List::stream).toList()) {
        for (String state : List.of("journal", "evidence", "episode", "alert")) {
          try (Stream<?> keys =
              harness.getOperator().getKeyedStateBackend().getKeysAndNamespaces(state)) {
            assertThat(keys).as(state).isEmpty();
          }
        }
      }
    }

    @Override
    public void close() throws Exception {
      for (var harness : levels.stream().flatMap(List::stream).toList()) {
        harness.close();
      }
      levels.clear();
    }
  }
}
