package io.vigie.ruletest;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertBuilder;
import io.vigie.alert.AlertRouter;
import io.vigie.correlation.Contributions;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Correlator;
import io.vigie.correlation.HeapJournal;
import io.vigie.correlation.Match;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Enrichers;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The path of an event from the matcher to the folded alerts, in one thread and in memory: what the
 * job does, one method call at a time.
 */
public final class LocalEngine implements AutoCloseable {
  private static final Comparator<Alert> ORDER =
      Comparator.comparingLong(Alert::firstSeen).thenComparing(Alert::id);

  private final RuleSet rules;
  private final Map<String, MatchRouter> routers = new HashMap<>();
  private final List<Level> levels = new ArrayList<>();
  private final Contributions contributions;
  private final AlertBuilder builder;
  private final AlertRouter alertRouter;
  private final Map<String, Alert> alerts = new HashMap<>();
  private int late;

  public LocalEngine(RuleSet rules, LogSources sources) {
    this.rules = rules;
    this.contributions = new Contributions(rules);
    this.builder = new AlertBuilder(rules);
    this.alertRouter = new AlertRouter(rules, sources, Enrichers.builtIn());
    for (LogSource source : sources.all()) {
      routers.put(source.id(), new MatchRouter(source, rules, Enrichers.builtIn()));
    }
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      levels.add(new Level(level));
    }
  }

  /** An event arrives. One of a source that nobody knows is nobody's. */
  public void add(Event event) {
    MatchRouter router = routers.get(event.source());
    if (router != null) {
      router.route(event, this::correlate, match -> found(builder.of(match)));
    }
  }

  /**
   * Decides what lies up to the watermark.
   *
   * @param watermark milliseconds; {@link Long#MAX_VALUE} at the end of the events
   */
  public void advance(long watermark) {
    for (Level level : levels) {
      level.correlator.advance(watermark, this::satisfied);
    }
  }

  /** Forgets everything but what survives a crash, and goes on from that. */
  public void restart() {
    levels.forEach(Level::restart);
  }

  /** What was found so far, folded, in the order of first satisfied time and id. */
  public List<Alert> alerts() {
    return alerts.values().stream().sorted(ORDER).toList();
  }

  /** How many matches came after the watermark had passed them. */
  public int lateCount() {
    return late;
  }

  /** Whether no match and no episode is kept, as it must be after the last watermark. */
  public boolean isEmpty() {
    return levels.stream()
        .allMatch(level -> level.journal.isEmpty() && level.correlator.pendingCount() == 0);
  }

  @Override
  public void close() {
    levels.forEach(level -> level.correlator.close());
  }

  private void correlate(Match match) {
    CorrelationPlan plan = rules.correlations().get(match.rule());
    if (plan != null && levels.get(plan.level() - 1).add(match) == Correlator.Arrival.LATE) {
      late++;
    }
  }

  private void satisfied(Correlation correlation) {
    contributions.of(correlation).forEach(this::correlate);
    CorrelationPlan plan = rules.correlations().get(correlation.rule());
    if (plan == null || !plan.alerts()) {
      return;
    }
    if (plan.level() < RuleSet.MAX_LEVEL) {
      found(builder.of(correlation));
    } else {
      fold(builder.of(correlation));
    }
  }

  /** An alert that may be the input of rules over alerts. */
  private void found(Alert alert) {
    alertRouter.route(alert, this::correlate, match -> fold(builder.of(match)));
    fold(alert);
  }

  private void fold(Alert alert) {
    Alert before = alerts.get(alert.id());
    if (before == null) {
      alerts.put(alert.id(), alert);
    } else if (alert.lastSeen() > before.lastSeen()) {
      alerts.put(alert.id(), before.fold(alert));
    }
  }

  /** The correlations of one level, and what they keep. */
  private final class Level {
    private final int number;
    private final HeapJournal journal = new HeapJournal();
    private Correlator correlator;

    private Level(int number) {
      this.number = number;
      this.correlator = new Correlator(rules, number, journal);
    }

    private Correlator.Arrival add(Match match) {
      return correlator.add(match);
    }

    private void restart() {
      long clock = correlator.clock();
      correlator.close();
      correlator = new Correlator(rules, number, journal);
      correlator.restore(clock);
    }
  }
}
