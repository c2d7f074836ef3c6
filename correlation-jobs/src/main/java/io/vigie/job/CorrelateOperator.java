package io.vigie.job;

import io.vigie.correlation.Correlation;
import io.vigie.correlation.Correlator;
import io.vigie.correlation.Match;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Correlator} on a stream. An operator and no function, because rebuilding visits the
 * state of all keys when it opens.
 */
final class CorrelateOperator extends AbstractStreamOperator<Correlation>
    implements OneInputStreamOperator<Match, Correlation> {
  private final RulePack pack;
  private final int level;
  private long restoredClock = Long.MIN_VALUE;
  private transient @Nullable ListState<Long> clocks;
  private transient @Nullable Correlator correlator;
  private transient @Nullable Counter late;
  private transient @Nullable Counter duplicates;

  CorrelateOperator(RulePack pack, int level) {
    this.pack = pack;
    this.level = level;
  }

  /**
   * Flink restores no watermarks. The clock tells which matches of the journal were decided; every
   * subtask sees all subtasks' clocks, because keys may have moved, and takes the earliest: what is
   * then decided again, the episodes know. An operator that the checkpoint does not know has none.
   */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ListState<Long> restored =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("clock", Types.LONG));
    clocks = restored;
    List<Long> before = new ArrayList<>();
    restored.get().forEach(before::add);
    restoredClock = before.isEmpty() ? Long.MIN_VALUE : Collections.min(before);
  }

  @Override
  public void open() throws Exception {
    super.open();
    RuleSet rules = RuleSet.ofChecked(pack);
    Correlator opened = new Correlator(rules, level, new KeyedJournal(this));
    opened.restore(restoredClock);
    correlator = opened;
    late = getMetricGroup().counter("late");
    duplicates = getMetricGroup().counter("duplicates");
    getMetricGroup().gauge("pending", opened::pendingCount);
  }

  @Override
  public void processElement(StreamRecord<Match> element) {
    if (correlator == null || late == null || duplicates == null) {
      throw new IllegalStateException("not opened");
    }
    switch (correlator.add(element.getValue())) {
      case TAKEN -> {}
      case DUPLICATE -> duplicates.inc();
      case LATE -> late.inc();
    }
  }

  /** What the watermark decides goes out before it, so that nobody downstream finds it late. */
  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    if (correlator != null) {
      correlator.advance(
          watermark.getTimestamp(),
          correlation -> output.collect(new StreamRecord<>(correlation, correlation.satisfied())));
    }
    super.processWatermark(watermark);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (clocks != null && correlator != null) {
      clocks.update(List.of(correlator.clock()));
    }
  }

  @Override
  public void close() throws Exception {
    if (correlator != null) {
      correlator.close();
    }
    super.close();
  }
}
