package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertBuilder;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Match;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** What was found becomes alerts: satisfied correlations, and matches that alert by themselves. */
final class BuildAlertFunction extends CoProcessFunction<Correlation, Match, Alert> {
  private final RulePack pack;
  private transient @Nullable RuleSet rules;
  private transient @Nullable AlertBuilder builder;

  BuildAlertFunction(RulePack pack) {
    this.pack = pack;
  }

  @Override
  public void open(OpenContext context) {
    rules = RuleSet.ofChecked(pack);
    builder = new AlertBuilder(rules);
  }

  @Override
  public void processElement1(Correlation correlation, Context context, Collector<Alert> out) {
    if (rules == null || builder == null) {
      throw new IllegalStateException("not opened");
    }
    RuleSet.CorrelationPlan plan = rules.correlations().get(correlation.rule());
    if (plan != null && plan.alerts()) {
      out.collect(builder.of(correlation));
    }
  }

  @Override
  public void processElement2(Match match, Context context, Collector<Alert> out) {
    if (builder == null) {
      throw new IllegalStateException("not opened");
    }
    out.collect(builder.of(match));
  }
}
