package io.vigie.job;

import io.vigie.correlation.Match;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Enrichers;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Reject;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Events become matches, wherever they are read: matches for correlations go out, those that alert
 * by themselves and rejects go out aside. An event that no rule wants ends here.
 */
final class MatchFunction extends ProcessFunction<Decoded, Match> {
  static final String EVENTS = "events";
  static final String MATCHES = "matches";
  static final String REJECTED_RECORDS = "rejected";

  static final OutputTag<Match> ALERTING =
      new OutputTag<>("alerting", TypeInformation.of(Match.class));
  static final OutputTag<Decoded> REJECTED = new OutputTag<>("rejected", DecodedType.INSTANCE);

  private final RulePack pack;
  private final Map<String, Counter> rejects = new HashMap<>();
  private transient @Nullable Map<String, MatchRouter> routers;
  private final LongCounter events = new LongCounter();
  private final LongCounter matches = new LongCounter();
  private final LongCounter rejected = new LongCounter();

  MatchFunction(RulePack pack) {
    this.pack = pack;
  }

  @Override
  public void open(OpenContext context) {
    RuleSet rules = RuleSet.ofChecked(pack);
    Map<String, MatchRouter> bySource = new HashMap<>();
    for (LogSource source : pack.sources().all()) {
      bySource.put(source.id(), new MatchRouter(source, rules, Enrichers.builtIn()));
    }
    routers = bySource;
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    metrics.gauge("events", events::getLocalValue);
    metrics.gauge("matches", matches::getLocalValue);
    getRuntimeContext().addAccumulator(EVENTS, events);
    getRuntimeContext().addAccumulator(MATCHES, matches);
    getRuntimeContext().addAccumulator(REJECTED_RECORDS, rejected);
  }

  @Override
  public void processElement(Decoded decoded, Context context, Collector<Match> out) {
    if (decoded instanceof Reject reject) {
      rejected.add(1);
      rejects.computeIfAbsent(reject.reason().name(), this::counter).inc();
      context.output(REJECTED, reject);
      return;
    }
    Event event = (Event) decoded;
    events.add(1);
    MatchRouter router = Objects.requireNonNull(routers).get(event.source());
    if (router != null) {
      router.route(
          event,
          match -> {
            matches.add(1);
            out.collect(match);
          },
          match -> {
            matches.add(1);
            context.output(ALERTING, match);
          });
    }
  }

  private Counter counter(String reason) {
    return getRuntimeContext().getMetricGroup().addGroup("reason", reason).counter("rejected");
  }
}
