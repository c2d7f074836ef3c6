package io.vigie.job;

import io.vigie.correlation.Contributions;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Match;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** A satisfied correlation becomes a match of the correlations that name it. */
final class ContributeFunction extends RichFlatMapFunction<Correlation, Match> {
  private final RulePack pack;
  private transient @Nullable Contributions contributions;

  ContributeFunction(RulePack pack) {
    this.pack = pack;
  }

  @Override
  public void open(OpenContext context) {
    contributions = new Contributions(RuleSet.ofChecked(pack));
  }

  @Override
  public void flatMap(Correlation correlation, Collector<Match> out) {
    if (contributions != null) {
      contributions.of(correlation).forEach(out::collect);
    }
  }
}
