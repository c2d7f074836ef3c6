package io.vigie.ruletest;

import io.vigie.alert.Alert;
import io.vigie.alert.Findings;
import io.vigie.correlation.Correlator;
import io.vigie.correlation.HeapJournal;
import io.vigie.correlation.Match;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.release.OneRelease;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The path of an event from the matcher to the folded alerts, in one thread and in memory: what the
 * job does, one method call at a time.
 */
public final class LocalEngine implements AutoCloseable, Findings.Out {
  private static final Comparator<Alert> ORDER =
      Comparator.comparingLong(Alert::firstSeen).thenComparing(Alert::id);

  private final Releases releases;
  private final Set<String> read = new TreeSet<>();
  private final Map<String, MatchRouter> routers = new HashMap<>();
  private final List<Level> levels = new ArrayList<>();
  private final Findings findings;
  private final Map<String, Alert> alerts = new HashMap<>();
  private int late;

  /**
   * @param reference in which all rows are known that count
   */
  public LocalEngine(RuleSet rules, RulePack pack, Reference reference) {
    Release release = new Release(0, "", Long.MIN_VALUE, pack, rules);
    this.releases = new OneRelease(release);
    this.findings = new Findings(release);
    for (LogSource source : pack.sources().all()) {
      read.add(source.id());
      routers.put(source.id(), new MatchRouter(source, rules, reference.enrichers()));
    }
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      levels.add(new Level(level));
    }
  }

  /** An event arrives. One of a source that nobody knows is nobody's. */
  public void add(Event event) {
    MatchRouter router = routers.get(event.source());
    if (router != null) {
      router.route(
          event,
          Long.MAX_VALUE,
          match -> findings.correlate(match, this),
          match -> findings.alert(match, this));
    }
  }

  /**
   * Decides what lies up to the watermark.
   *
   * @param watermark milliseconds; {@link Long#MAX_VALUE} at the end of the events
   */
  public void advance(long watermark) {
    for (Level level : levels) {
      level.advance(watermark);
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

  @Override
  public void match(int level, Match match) {
    if (levels.get(level - 1).add(match) == Correlator.Arrival.LATE) {
      late++;
    }
  }

  @Override
  public void episode(String key, Alert alert) {
    alert(alert);
  }

  @Override
  public void alert(Alert alert) {
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
    private Map<String, Long> clocks = Map.of();
    private Correlator correlator;

    private Level(int number) {
      this.number = number;
      this.correlator = open();
    }

    private Correlator open() {
      return new Correlator(releases, number, read, journal);
    }

    private Correlator.Arrival add(Match match) {
      return correlator.add(match);
    }

    private void advance(long watermark) {
      Map<String, Long> all = new HashMap<>();
      read.forEach(source -> all.put(source, watermark));
      clocks = all;
      correlator.advance(clocks, found -> findings.satisfied(found, LocalEngine.this));
    }

    private void restart() {
      correlator.close();
      correlator = open();
      correlator.restore(clocks);
    }
  }
}
