package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertRouter;
import io.vigie.correlation.Match;
import io.vigie.enrichment.Enrichers;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Alerts become matches of the rules that look at alerts. */
final class MatchAlertFunction extends ProcessFunction<Alert, Match> {
  private final RulePack pack;
  private transient @Nullable AlertRouter router;

  MatchAlertFunction(RulePack pack) {
    this.pack = pack;
  }

  @Override
  public void open(OpenContext context) {
    router = new AlertRouter(RuleSet.ofChecked(pack), pack.sources(), Enrichers.builtIn());
  }

  @Override
  public void processElement(Alert alert, Context context, Collector<Match> out) {
    if (router != null) {
      router.route(alert, out::collect, match -> context.output(MatchFunction.ALERTING, match));
    }
  }
}
