package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.rules.RuleInputs;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Correlates a stream of matches that arrive in any order, for all rules of one level. Matches wait
 * until the clocks of all log sources of their rule have passed them and are then decided in
 * event-time order, all of one time together; so the outcome is a function of the set of matches.
 * Where one release of the rules follows another, a rule changes when its own clock comes to the
 * time from which the other decides.
 *
 * <p>All that must survive lies in the {@link Journal}; {@link #restore} rebuilds the rest from it.
 */
public final class Correlator implements AutoCloseable {
  private final Releases releases;
  private final int level;
  private final Set<String> read;
  private final Journal journal;
  private final boolean early;
  private final RuleBreaker breaker;
  private final Episodes episodes;
  private final Map<String, Lane> lanes = new TreeMap<>();

  /** By number; those that some lane stands at. */
  private final Map<Integer, RuleInputs> inputs = new HashMap<>();

  private final List<Pause> pauses = new ArrayList<>();
  private Map<String, Long> clocks = Map.of();
  private int seenReleases;

  /** What became of a match that arrived. */
  public enum Arrival {
    TAKEN,
    /** A second delivery. */
    DUPLICATE,
    /** The rule's clock had passed its time. */
    LATE,
    /** Of a rule that is not there, or no more. */
    UNKNOWN,
    /** Of a rule that is paused. */
    PAUSED
  }

  /** Says nothing early, and pauses rules by the usual budgets. */
  public Correlator(Releases releases, int level, Set<String> read, Journal journal) {
    this(releases, level, read, journal, false, RuleBreaker.of(RuleBudgets.DEFAULT));
  }

  /**
   * @param read ids of the log sources that are read: no rule waits for others
   * @param early whether {@link #sayEarly} will be asked
   * @param breaker knows which rules are paused, and pauses others
   */
  public Correlator(
      Releases releases,
      int level,
      Set<String> read,
      Journal journal,
      boolean early,
      RuleBreaker breaker) {
    this.releases = releases;
    this.level = level;
    this.read = Set.copyOf(read);
    this.journal = journal;
    this.early = early;
    this.breaker = breaker;
    this.episodes = new Episodes(journal);
    openLanes();
  }

  private void openLanes() {
    if (releases.count() == seenReleases) {
      return;
    }
    seenReleases = releases.count();
    Release start = startOf(releases.known());
    for (Release release : releases.known()) {
      if (release.number() < start.number()) {
        continue;
      }
      for (CorrelationPlan plan : release.rules().correlations().values()) {
        if (plan.level() == level && !lanes.containsKey(plan.id())) {
          Lane lane = new Lane(plan.id(), journal, release, Long.MIN_VALUE);
          lane.enter(release);
          open(lane);
          lanes.put(plan.id(), lane);
        }
      }
    }
  }

  /** The last release that began before everything that is still to be decided. */
  private Release startOf(List<Release> known) {
    long decided = clocks.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE);
    Release start = known.get(0);
    for (Release release : known) {
      if (release.from() - 1 <= decided && release.from() != Long.MIN_VALUE) {
        start = release;
      }
    }
    return start;
  }

  private void open(Lane lane) {
    CorrelationPlan plan = plan(lane.release(), lane.rule());
    if (plan == null || isPaused(lane)) {
      lane.use(null, null, Set.of());
    } else {
      breaker.resume(lane.rule());
      use(lane, plan, window(lane.release(), plan));
    }
  }

  private boolean isPaused(Lane lane) {
    return breaker.isPaused(lane.rule(), lane.release().number());
  }

  private RuleWindow window(Release release, CorrelationPlan plan) {
    return RuleWindows.open(release.rules(), plan, breaker);
  }

  private void use(Lane lane, CorrelationPlan plan, RuleWindow window) {
    Release release = lane.release();
    boolean positive = plan.rule().condition().isPositive() && window.gap() > 0 && plan.alerts();
    lane.use(
        window,
        early && positive ? new FirstWords(() -> window(release, plan), journal) : null,
        sources(lane.release(), plan));
  }

  private Set<String> sources(Release release, CorrelationPlan plan) {
    Set<String> sources = new TreeSet<>(inputs(release).sources(plan));
    sources.retainAll(read);
    return sources;
  }

  private RuleInputs inputs(Release release) {
    return inputs.computeIfAbsent(
        release.number(), number -> new RuleInputs(release.rules(), release.pack().sources()));
  }

  private @Nullable CorrelationPlan plan(Release release, String rule) {
    CorrelationPlan plan = release.rules().correlations().get(rule);
    return plan == null || plan.level() != level ? null : plan;
  }

  /** Takes a match; it is decided when the clocks have passed it. */
  public Arrival add(Match match) {
    openLanes();
    Lane lane = lanes.get(match.rule());
    if (lane == null) {
      return Arrival.UNKNOWN;
    }
    if (isPaused(lane) && releases.at(match.timestamp()).number() <= lane.release().number()) {
      return Arrival.PAUSED;
    }
    if (match.timestamp() <= lane.clock()) {
      return journal.get(match.key(), match.identity()) == null ? Arrival.LATE : Arrival.DUPLICATE;
    }
    if (!journal.add(match)) {
      return Arrival.DUPLICATE;
    }
    lane.await(match);
    return Arrival.TAKEN;
  }

  /**
   * Decides everything that the clocks have passed.
   *
   * @param sourceClocks by log source: no match of it with this time or an earlier one will come;
   *     milliseconds, {@link Long#MAX_VALUE} at the end of a source. A source that is not named is
   *     not waited for
   */
  public void advance(Map<String, Long> sourceClocks, Consumer<Correlation> out) {
    clocks = Map.copyOf(sourceClocks);
    openLanes();
    for (Lane lane : lanes.values()) {
      guarded(lane, out, () -> advance(lane, out));
    }
  }

  /** A rule that cannot go on is paused; its words are withdrawn, and what it holds is dropped. */
  private void guarded(Lane lane, Consumer<Correlation> out, Runnable work) {
    try {
      work.run();
    } catch (RulePaused thrown) {
      pauses.add(breaker.pause(thrown, lane.release().number()));
      withdrawAll(lane, out);
      lane.pause();
    }
  }

  /** The rules that were paused since this was asked last. */
  public List<Pause> takePauses() {
    List<Pause> taken = List.copyOf(pauses);
    pauses.clear();
    return taken;
  }

  private void advance(Lane lane, Consumer<Correlation> out) {
    while (true) {
      Release next = after(lane.release());
      long reached = lane.window() == null ? Long.MAX_VALUE : lane.reached(clocks);
      long end = next == null ? Long.MAX_VALUE : next.from() - 1;
      Set<String> opened = new HashSet<>();
      lane.run(Math.min(reached, end), hit -> say(lane, hit, opened, out));
      judge(lane, opened, out);
      lane.expire();
      if (next == null || reached < end) {
        return;
      }
      change(lane, next, out);
    }
  }

  private void say(Lane lane, Hit hit, Set<String> opened, Consumer<Correlation> out) {
    RuleWindow window = lane.window();
    if (window != null) {
      episodes
          .add(lane.release().number(), window, hit)
          .ifPresent(
              correlation -> {
                if (lane.words() != null
                    && correlation.firstSatisfied() == correlation.satisfied()) {
                  opened.add(opening(hit.key(), hit.time()));
                }
                out.accept(correlation);
              });
    }
  }

  private static String opening(String key, long first) {
    return first + " " + key;
  }

  private void judge(Lane lane, Set<String> opened, Consumer<Correlation> out) {
    FirstWords words = lane.words();
    if (words != null) {
      words.judge(
          lane.clock(),
          (key, first) -> opened.contains(opening(key, first)),
          word -> out.accept(withdrawn(lane, word)));
    }
  }

  private static Correlation withdrawn(Lane lane, Match word) {
    return new Correlation(
        Standing.WITHDRAWN,
        lane.release().number(),
        lane.rule(),
        word.group(),
        word.timestamp(),
        word.timestamp(),
        0,
        List.of());
  }

  /**
   * Says which episodes will be found if nothing else comes, and was not said before. Whoever is
   * told makes sure that the journal survives before others hear of it.
   */
  public void sayEarly(Consumer<Correlation> out) {
    for (Lane lane : lanes.values()) {
      FirstWords words = lane.words();
      RuleWindow window = lane.window();
      if (words != null && window != null) {
        int release = lane.release().number();
        guarded(
            lane,
            out,
            () ->
                words.say(
                    window,
                    lane.clock(),
                    (scout, hit) -> out.accept(episodes.expected(release, scout, hit))));
      }
    }
  }

  private @Nullable Release after(Release release) {
    List<Release> known = releases.known();
    for (int i = known.size() - 1; i >= 0 && known.get(i).number() > release.number(); i--) {
      if (i == 0 || known.get(i - 1).number() <= release.number()) {
        return known.get(i);
      }
    }
    return null;
  }

  /**
   * A rule that means the same keeps its window. One that asks something else of the same matches
   * begins with those that the journal still holds. All others begin with nothing.
   */
  private void change(Lane lane, Release next, Consumer<Correlation> out) {
    CorrelationPlan before = plan(lane.release(), lane.rule());
    CorrelationPlan after = plan(next, lane.rule());
    RuleWindow window = lane.window();
    if (before != null && after != null && window != null) {
      boolean sameInputs = inputs(lane.release()).inputs(before).equals(inputs(next).inputs(after));
      if (sameInputs && (same(lane.release(), before, next, after) || window.remembersFor(after))) {
        lane.enter(next);
        lane.follow(window.as(after), sources(next, after));
        return;
      }
      withdrawAll(lane, out);
      if (sameInputs && window.canWarm(after)) {
        lane.enter(next);
        warm(lane, window, before, after);
        return;
      }
    }
    withdrawAll(lane, out);
    lane.close();
    lane.enter(next);
    open(lane);
  }

  private static void withdrawAll(Lane lane, Consumer<Correlation> out) {
    FirstWords words = lane.words();
    if (words != null) {
      words.withdrawAll(word -> out.accept(withdrawn(lane, word)));
    }
  }

  private boolean same(Release one, CorrelationPlan before, Release next, CorrelationPlan after) {
    return inputs(one).condition(before).equals(inputs(next).condition(after));
  }

  /** An episode that was over by the measure of its own release goes on by that of no other. */
  private void closeIfOver(String key, long from, long gap) {
    Episode episode = journal.episode(key);
    if (episode != null && from - episode.last() >= gap) {
      journal.close(key);
    }
  }

  private void warm(Lane lane, RuleWindow window, CorrelationPlan before, CorrelationPlan after) {
    List<Match> kept = window.matches();
    String version = before.rule().header().version();
    if (!version.equals(after.rule().header().version())) {
      kept.forEach(match -> journal.close(match.key()));
    }
    kept.forEach(match -> closeIfOver(match.key(), lane.release().from(), window.gap()));
    window.close();
    RuleWindow opened = window(lane.release(), after);
    use(lane, after, opened);
    TreeMap<Long, List<Match>> byTime = new TreeMap<>();
    kept.forEach(
        match -> byTime.computeIfAbsent(match.timestamp(), time -> new ArrayList<>()).add(match));
    byTime.forEach((time, matches) -> opened.feed(time, matches, 0));
    opened.advance(lane.clock(), 0);
    lane.expire();
  }

  /**
   * Rebuilds the windows from the journal as they were when the clocks stood so. Says nothing while
   * it does: what was satisfied up to there has been said.
   */
  public void restore(Map<String, Long> restoredClocks) {
    clocks = Map.copyOf(restoredClocks);
    lanes.values().forEach(Lane::leave);
    lanes.clear();
    seenReleases = 0;
    openLanes();
    Map<String, Long> decided = new HashMap<>();
    lanes.values().forEach(lane -> decided.put(lane.rule(), standAtClock(lane)));
    List<Match> ofNobody = new ArrayList<>();
    journal.forEach(
        match -> {
          Lane lane = lanes.get(match.rule());
          RuleWindow window = lane == null ? null : lane.window();
          FirstWords words = lane == null ? null : lane.words();
          if (lane == null
              || (match.isMemory() && window == null)
              || (match.isWord() && words == null)) {
            ofNobody.add(match.withoutEvidence());
          } else if (match.isMemory() && window != null) {
            window.recall(match);
          } else if (match.isWord() && words != null) {
            words.recall(match);
          } else {
            lane.recall(match);
          }
        });
    for (Match match : ofNobody) {
      journal.remove(match.key(), match.identity());
      journal.close(match.key());
    }
    for (Lane lane : lanes.values()) {
      long to = decided.getOrDefault(lane.rule(), lane.clock());
      guarded(lane, nobody -> {}, () -> lane.rebuild(to));
    }
  }

  /** Brings an empty lane to the release at which the clocks put it; the time that is decided. */
  private long standAtClock(Lane lane) {
    while (true) {
      Release next = after(lane.release());
      long reached = lane.window() == null ? Long.MAX_VALUE : lane.reached(clocks);
      if (next == null || reached < next.from() - 1) {
        return Math.max(lane.clock(), lane.window() == null ? lane.clock() : reached);
      }
      lane.leave();
      lane.enter(next);
      open(lane);
    }
  }

  /** Matches that wait for the clocks; any thread may ask. */
  public int pendingCount() {
    return lanes.values().stream().mapToInt(Lane::pendingCount).sum();
  }

  @Override
  public void close() {
    lanes.values().forEach(Lane::leave);
  }
}
