package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Correlates a stream of matches that arrive in any order, for all rules of one level. Matches wait
 * until the watermark has passed them and are then decided in event-time order, all of one time
 * together; so the outcome is a function of the set of matches.
 *
 * <p>All that must survive lies in the {@link Journal}; {@link #restore} rebuilds the rest from it.
 */
public final class Correlator implements AutoCloseable {
  private final Journal journal;
  private final Episodes episodes;
  private final Map<String, RuleWindow> windows;

  /** Without evidence: that stays in the journal. */
  private final TreeMap<Long, List<Match>> pending = new TreeMap<>();

  private int pendingCount;
  private long clock = Long.MIN_VALUE;

  /** What became of a match that arrived. */
  public enum Arrival {
    TAKEN,
    /** A second delivery. */
    DUPLICATE,
    /** The watermark had passed its time. */
    LATE
  }

  public Correlator(RuleSet rules, int level, Journal journal) {
    this.journal = journal;
    this.episodes = new Episodes(journal);
    this.windows = RuleWindows.ofLevel(rules, level);
  }

  /** The last watermark, in milliseconds; {@link Long#MIN_VALUE} before the first. */
  public long clock() {
    return clock;
  }

  public Arrival add(Match match) {
    if (match.timestamp() <= clock) {
      return Arrival.LATE;
    }
    if (!journal.add(match)) {
      return Arrival.DUPLICATE;
    }
    await(match);
    return Arrival.TAKEN;
  }

  private void await(Match match) {
    pending
        .computeIfAbsent(match.timestamp(), time -> new ArrayList<>())
        .add(match.withoutEvidence());
    pendingCount++;
  }

  /**
   * Decides everything up to the watermark.
   *
   * @param watermark no match with this time or an earlier one will come; {@link Long#MAX_VALUE} at
   *     the end of a stream
   */
  public void advance(long watermark, Consumer<Correlation> out) {
    if (watermark <= clock) {
      return;
    }
    run(watermark, (window, hit) -> episodes.add(window, hit).ifPresent(out));
    windows.values().forEach(window -> window.expire(watermark, 0, journal));
    clock = watermark;
  }

  private void run(long watermark, BiConsumer<RuleWindow, Hit> out) {
    while (!pending.isEmpty() && pending.firstKey() <= watermark) {
      Map.Entry<Long, List<Match>> now = pending.pollFirstEntry();
      pendingCount -= now.getValue().size();
      feed(now.getKey(), now.getValue(), out);
    }
    for (RuleWindow window : windows.values()) {
      window.advance(watermark, 0).forEach(hit -> out.accept(window, hit));
    }
  }

  private void feed(long time, List<Match> matches, BiConsumer<RuleWindow, Hit> out) {
    Map<String, List<Match>> byRule = new TreeMap<>();
    matches.forEach(
        match -> byRule.computeIfAbsent(match.rule(), rule -> new ArrayList<>()).add(match));
    byRule.forEach(
        (rule, ofRule) -> {
          RuleWindow window = windows.get(rule);
          if (window == null) {
            ofRule.forEach(match -> journal.remove(match.key(), match.identity()));
            return;
          }
          window.feed(time, ofRule, 0).forEach(hit -> out.accept(window, hit));
        });
  }

  /**
   * Rebuilds the windows from the journal as they were when the watermark stood at the clock. Says
   * nothing while it does: what was satisfied up to the clock has been said.
   */
  public void restore(long restoredClock) {
    clock = restoredClock;
    journal.forEach(
        match -> {
          RuleWindow window = windows.get(match.rule());
          if (!match.isMemory()) {
            await(match);
          } else if (window != null) {
            window.recall(match);
          }
        });
    run(clock, (window, hit) -> {});
  }

  /** Matches that wait for the watermark; any thread may ask. */
  public int pendingCount() {
    return pendingCount;
  }

  @Override
  public void close() {
    windows.values().forEach(RuleWindow::close);
  }
}
