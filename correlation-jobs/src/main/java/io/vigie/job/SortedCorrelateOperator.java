package io.vigie.job;

import io.vigie.correlation.Correlation;
import io.vigie.correlation.Match;
import io.vigie.correlation.SortedCorrelator;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link SortedCorrelator} in a bounded run, where Flink sorts the input of a keyed operator
 * by key and time, on disk if need be.
 */
final class SortedCorrelateOperator extends AbstractStreamOperator<Correlation>
    implements OneInputStreamOperator<Match, Correlation>, BoundedOneInput {
  private final RulePack pack;
  private final int level;
  private transient @Nullable SortedCorrelator correlator;

  SortedCorrelateOperator(RulePack pack, int level) {
    this.pack = pack;
    this.level = level;
  }

  @Override
  public void open() throws Exception {
    super.open();
    correlator = new SortedCorrelator(RuleSet.ofChecked(pack), level);
  }

  @Override
  public void processElement(StreamRecord<Match> element) {
    if (correlator != null) {
      correlator.add(element.getValue(), this::collect);
    }
  }

  @Override
  public void endInput() {
    if (correlator != null) {
      correlator.end(this::collect);
    }
  }

  private void collect(Correlation correlation) {
    output.collect(new StreamRecord<>(correlation, correlation.satisfied()));
  }

  @Override
  public void close() throws Exception {
    if (correlator != null) {
      correlator.close();
    }
    super.close();
  }
}
