package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import io.vigie.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One correlation rule on its way through event time and through the releases: the matches that
 * wait, the window, and a clock of its own, which waits for the rule's log sources and for no
 * others.
 */
final class Lane {
  private final String rule;
  private final Journal journal;

  /** Without evidence: that stays in the journal. */
  private final TreeMap<Long, List<Match>> pending = new TreeMap<>();

  private int pendingCount;
  private Release release;
  private @Nullable RuleWindow window;
  private @Nullable FirstWords words;
  private Set<String> sources = Set.of();
  private long clock;

  /**
   * Stands where the release before has ended.
   *
   * @param clock the last time that is decided, milliseconds
   */
  Lane(String rule, Journal journal, Release release, long clock) {
    this.rule = rule;
    this.journal = journal;
    this.release = release;
    this.clock = clock;
  }

  String rule() {
    return rule;
  }

  Release release() {
    return release;
  }

  long clock() {
    return clock;
  }

  int pendingCount() {
    return pendingCount;
  }

  /** How many matches lie in the window and wait for it. */
  int size() {
    return pendingCount + (window == null ? 0 : window.size());
  }

  @Nullable RuleWindow window() {
    return window;
  }

  @Nullable FirstWords words() {
    return words;
  }

  void await(Match match) {
    Match waiting = match.withoutEvidence();
    put(waiting);
    if (words != null) {
      words.await(waiting);
    }
  }

  /** A match of the journal; {@link #rebuild} tells whether it was decided. */
  void recall(Match match) {
    put(match);
  }

  private void put(Match match) {
    pending.computeIfAbsent(match.timestamp(), time -> new ArrayList<>()).add(match);
    pendingCount++;
  }

  /** The rule as its present release has it. */
  void use(@Nullable RuleWindow opened, @Nullable FirstWords itsWords, Set<String> itsSources) {
    window = opened;
    words = itsWords;
    sources = itsSources;
    if (itsWords != null) {
      pending.values().forEach(simultaneous -> simultaneous.forEach(itsWords::await));
    }
  }

  /** The rule as another release has it, which means the same. */
  void follow(RuleWindow same, Set<String> itsSources) {
    window = same;
    sources = itsSources;
  }

  /** How far the sources of the rule have come; what has no clock is not waited for. */
  long reached(Map<String, Long> clocks) {
    long least = Long.MAX_VALUE;
    boolean any = sources.isEmpty();
    for (String source : sources) {
      Long each = clocks.get(source);
      if (each != null) {
        any = true;
        least = Math.min(least, each);
      }
    }
    return any ? least : Long.MIN_VALUE;
  }

  /** Decides everything up to a time, in event-time order, all of one time together. */
  void run(long to, Consumer<Hit> out) {
    if (to <= clock) {
      return;
    }
    if (window == null) {
      dropUpTo(to);
      return;
    }
    while (!pending.isEmpty() && pending.firstKey() <= to) {
      Map.Entry<Long, List<Match>> now = pending.pollFirstEntry();
      pendingCount -= now.getValue().size();
      if (words != null) {
        words.decided(now.getValue(), now.getKey());
      }
      window.feed(now.getKey(), now.getValue(), 0).forEach(out);
    }
    window.advance(to, 0).forEach(out);
    clock = to;
  }

  /** Feeds a new window what was decided up to a time, and says nothing. The rest waits. */
  void rebuild(long to) {
    while (!pending.isEmpty() && pending.firstKey() <= to) {
      Map.Entry<Long, List<Match>> now = pending.pollFirstEntry();
      pendingCount -= now.getValue().size();
      if (window != null) {
        window.feed(now.getKey(), now.getValue(), 0);
      }
    }
    if (window != null) {
      window.advance(to, 0);
    }
    clock = Math.max(clock, to);
    FirstWords awaiting = words;
    if (awaiting != null) {
      pending.values().forEach(simultaneous -> simultaneous.forEach(awaiting::await));
    }
  }

  /** Forgets what no later time can need. */
  void expire() {
    if (window != null) {
      window.expire(clock, 0, journal);
    }
  }

  private void dropUpTo(long to) {
    while (!pending.isEmpty() && pending.firstKey() <= to) {
      for (Match match : pending.pollFirstEntry().getValue()) {
        pendingCount--;
        journal.remove(match.key(), match.identity());
      }
    }
  }

  /** Stands where the next release begins to decide. */
  void enter(Release next) {
    release = next;
    clock = next.from() == Long.MIN_VALUE ? Long.MIN_VALUE : next.from() - 1;
  }

  /** Closes the window and forgets what it holds. */
  void close() {
    if (window != null) {
      window.forget(journal);
      window.close();
      window = null;
    }
  }

  /** Forgets everything of the rule, which goes on with a later release. */
  void pause() {
    for (List<Match> simultaneous : pending.values()) {
      simultaneous.forEach(match -> journal.remove(match.key(), match.identity()));
    }
    pending.clear();
    pendingCount = 0;
    close();
    use(null, null, Set.of());
  }

  /** Closes the window; the journal keeps what it holds. */
  void leave() {
    if (words != null) {
      words.close();
    }
    if (window != null) {
      window.close();
    }
  }
}
