package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertFolder;
import io.vigie.alert.Findings;
import io.vigie.alert.SourceWatch;
import io.vigie.alert.SystemAlert;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Correlator;
import io.vigie.correlation.EvidenceCap;
import io.vigie.correlation.Input;
import io.vigie.correlation.Journal;
import io.vigie.correlation.Match;
import io.vigie.correlation.Pause;
import io.vigie.correlation.Progress;
import io.vigie.correlation.RuleBreaker;
import io.vigie.correlation.SourceClocks;
import io.vigie.release.RefusedRelease;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Correlator} on a stream. An operator and no function, because rebuilding visits the
 * state of all keys when it opens.
 */
final class CorrelateOperator extends Stage implements OneInputStreamOperator<Input, Alert> {
  /** How often what concerns all is looked at, in milliseconds. */
  private static final long LOOK = 10_000;

  private final int level;
  private final Set<Integer> toldRefused = new HashSet<>();
  private final TreeSet<String> read;
  private final EngineOptions options;
  private final Map<String, Long> restoredClocks = new HashMap<>();

  private final List<Pause> restoredPauses = new ArrayList<>();

  private transient @Nullable ListState<Tuple2<String, Long>> state;
  private transient @Nullable ListState<Pause> pauses;
  private transient @Nullable RuleBreaker breaker;
  private transient @Nullable Correlator correlator;
  private transient @Nullable SourceClocks clocks;
  private transient @Nullable AlertFolder folder;
  private transient @Nullable Map<String, Progress> told;
  private transient @Nullable Map<Correlator.Arrival, Counter> arrivals;
  private transient @Nullable SourceWatch watch;
  private volatile int pending;

  /** By checkpoint, what is said when the journal knows of it. */
  private transient @Nullable TreeMap<Long, List<Alert>> early;

  /**
   * @param read ids of the log sources that are read
   */
  CorrelateOperator(ReleasesHandle handle, int level, Set<String> read, EngineOptions options) {
    super(handle, level);
    this.options = options;
    this.level = level;
    this.read = new TreeSet<>(read);
  }

  /**
   * The clocks tell which matches of the journal were decided; every subtask sees all subtasks'
   * clocks, because keys may have moved, and takes the earliest: what is then decided again, the
   * episodes know. An operator that the checkpoint does not know has none.
   */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ListState<Tuple2<String, Long>> restored =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("clocks", Types.TUPLE(Types.STRING, Types.LONG)));
    state = restored;
    for (Tuple2<String, Long> each : restored.get()) {
      restoredClocks.merge(each.f0, each.f1, Math::min);
    }
    ListState<Pause> paused =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("pauses", TypeInformation.of(Pause.class)));
    pauses = paused;
    paused.get().forEach(restoredPauses::add);
  }

  @Override
  public void open() throws Exception {
    super.open();
    KeyedJournal journal = new KeyedJournal(this);
    RuleBreaker watching = RuleBreaker.of(options.budgets());
    watching.restore(restoredPauses);
    breaker = watching;
    Journal capped = new EvidenceCap(journal, Correlation.MAX_EVIDENCE);
    Correlator opened = new Correlator(releases(), level, read, capped, true, watching);
    opened.restore(restoredClocks);
    correlator = opened;
    folder = new AlertFolder(journal);
    told = new HashMap<>();
    early = new TreeMap<>();
    int senders = level * getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    clocks = new SourceClocks(senders, read, restoredClocks);
    Map<Correlator.Arrival, Counter> counters = new HashMap<>();
    var metrics = getRuntimeContext().getMetricGroup();
    counters.put(Correlator.Arrival.LATE, metrics.counter("late"));
    counters.put(Correlator.Arrival.DUPLICATE, metrics.counter("duplicates"));
    counters.put(Correlator.Arrival.UNKNOWN, metrics.counter("unknown"));
    counters.put(Correlator.Arrival.PAUSED, metrics.counter("paused"));
    arrivals = counters;
    metrics.gauge("pending", () -> pending);
    tellPauses();
    if (level == 1 && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      watch = new SourceWatch(options.silence());
      lookLater();
    }
  }

  @Override
  public void processElement(StreamRecord<Input> element) {
    if (element.getValue() instanceof Progress progress) {
      take(progress);
    } else if (element.getValue() instanceof Match match) {
      take(match);
    }
  }

  /** One subtask looks after what concerns all. */
  private void lookLater() {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    var unused = getProcessingTimeService().registerTimer(now + LOOK, this::look);
  }

  private void look(long now) {
    SourceClocks all = Objects.requireNonNull(clocks);
    int release = releases().at(now).number();
    if (now - releases().lastContact() < LOOK) {
      Objects.requireNonNull(watch).look(all::heard, now, release).forEach(this::alert);
    }
    for (RefusedRelease refused : releases().refused()) {
      if (toldRefused.add(refused.number())) {
        alert(
            SystemAlert.of(
                    SystemAlert.Kind.RELEASE_REFUSED,
                    refused.number() + " " + refused.version(),
                    release,
                    refused.from(),
                    String.join("; ", refused.reasons()))
                .alert());
      }
    }
    lookLater();
  }

  private void tellPauses() {
    for (Pause pause : Objects.requireNonNull(correlator).takePauses()) {
      LOG.error("rule {} is paused: {}", pause.rule(), pause.detail());
      alert(
          SystemAlert.of(
                  SystemAlert.Kind.RULE_PAUSED,
                  pause.rule(),
                  pause.release(),
                  System.currentTimeMillis(),
                  pause.detail())
              .alert());
    }
  }

  private void take(Match match) {
    Correlator.Arrival arrival = Objects.requireNonNull(correlator).add(match);
    Counter counter = Objects.requireNonNull(arrivals).get(arrival);
    if (counter != null) {
      counter.inc();
    }
    if (arrival == Correlator.Arrival.LATE) {
      CorrelationPlan plan =
          releases().at(match.timestamp()).rules().correlations().get(match.rule());
      if (plan != null) {
        Objects.requireNonNull(folder).late(match, plan.rule().timespan());
      }
    }
  }

  /** What the clocks decide goes out before word of them, so that nobody finds it late. */
  private void take(Progress progress) {
    SourceClocks all = Objects.requireNonNull(clocks);
    releases().await(progress.releases());
    if (all.take(progress)) {
      Correlator correlating = Objects.requireNonNull(correlator);
      AlertFolder folding = Objects.requireNonNull(folder);
      correlating.advance(all.clocks(), this::satisfied);
      folding.flush(this::alert);
      tellPauses();
      pending = correlating.pendingCount();
    }
    relay(progress.source(), all);
  }

  private void satisfied(Correlation correlation) {
    findings(correlation.release()).satisfied(correlation, this);
  }

  private Findings findings(int release) {
    return findings(releases().numbered(release));
  }

  @Override
  public void episode(String key, Alert alert) {
    Objects.requireNonNull(folder).add(key, alert, this::alert);
  }

  private void relay(String source, SourceClocks all) {
    Long clock = all.clocks().get(source);
    if (!all.isComplete(source)) {
      return;
    }
    Progress mine =
        new Progress(
            source,
            sender(),
            clock == null ? Progress.NOT_AWAITED : clock,
            all.heard(source),
            releases().count(),
            "");
    Progress before = Objects.requireNonNull(told).put(source, mine);
    if (before == null || before.clock() != mine.clock() || before.releases() != mine.releases()) {
      tell(mine);
    }
  }

  /**
   * First words go out when a checkpoint holds them: so each of them is confirmed or withdrawn,
   * whatever happens.
   */
  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<Alert> words = new ArrayList<>();
    Objects.requireNonNull(correlator)
        .sayEarly(expected -> words.add(findings(expected.release()).expected(expected)));
    Objects.requireNonNull(early).put(context.getCheckpointId(), words);
    if (state != null && clocks != null) {
      List<Tuple2<String, Long>> all =
          clocks.clocks().entrySet().stream()
              .map(each -> Tuple2.of(each.getKey(), each.getValue()))
              .toList();
      state.update(all);
      Objects.requireNonNull(pauses).update(Objects.requireNonNull(breaker).paused());
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    super.notifyCheckpointComplete(checkpoint);
    Map<Long, List<Alert>> held = Objects.requireNonNull(early).headMap(checkpoint, true);
    held.values().forEach(words -> words.forEach(this::alert));
    held.clear();
  }

  @Override
  public void close() throws Exception {
    if (correlator != null) {
      correlator.close();
    }
    super.close();
  }
}
