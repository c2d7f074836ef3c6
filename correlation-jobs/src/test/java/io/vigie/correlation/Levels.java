package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.Oracle.Satisfied;
import io.vigie.release.Release;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A correlator for each level, joined as the job joins them: events in, satisfied times out. */
public final class Levels implements AutoCloseable {
  private static final Set<String> READ = Set.of(TestRules.CLOUDTRAIL, TestRules.OKTA);

  private final TestReleases releases;
  private final UnaryOperator<Journal> capped;
  private final Map<Integer, TestMatches> routers = new HashMap<>();
  private final Map<Integer, Contributions> contributions = new HashMap<>();
  private final List<HeapJournal> journals = new ArrayList<>();
  private final List<Correlator> correlators = new ArrayList<>();
  private final List<Correlation> said = new ArrayList<>();
  private Map<String, Long> clocks = Map.of();

  Levels(RuleSet rules) {
    this(TestReleases.always(rules));
  }

  Levels(TestReleases releases) {
    this(releases, journal -> journal);
  }

  /**
   * @param capped what the correlators see of their journals; made anew after each interruption
   */
  Levels(TestReleases releases, UnaryOperator<Journal> capped) {
    this.releases = releases;
    this.capped = capped;
    for (Release release : releases.known()) {
      routers.put(release.number(), new TestMatches(release.rules()));
      contributions.put(release.number(), new Contributions(release.rules()));
    }
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      journals.add(new HeapJournal());
      correlators.add(open(level));
    }
  }

  private Correlator open(int level) {
    return new Correlator(releases, level, READ, capped.apply(journals.get(level - 1)));
  }

  void add(TestEvent event) {
    Release release = releases.at(event.time());
    routers.get(release.number()).of(event).forEach(match -> add(release, match));
  }

  private Correlator.Arrival add(Release release, Match match) {
    int level = release.rules().correlations().get(match.rule()).level();
    return correlators.get(level - 1).add(match);
  }

  /**
   * Decides what can be decided.
   *
   * @param sourceClocks by log source
   */
  void advance(Map<String, Long> sourceClocks) {
    clocks = sourceClocks;
    for (Correlator correlator : correlators) {
      correlator.advance(
          clocks,
          correlation -> {
            said.add(correlation);
            Release release = releases.numbered(correlation.release());
            for (Match match : contributions.get(release.number()).of(correlation)) {
              assertThat(add(release, match)).isEqualTo(Correlator.Arrival.TAKEN);
            }
          });
    }
  }

  /** Everything but the journals and the clocks is lost. */
  void interrupt() {
    for (int level = 1; level <= correlators.size(); level++) {
      correlators.get(level - 1).close();
      correlators.set(level - 1, open(level));
      correlators.get(level - 1).restore(clocks);
    }
  }

  /** What was said since the last call. */
  List<Satisfied> takeSaid() {
    List<Satisfied> taken = satisfied(said);
    said.clear();
    return taken;
  }

  /** Whether no match and no episode is kept. */
  boolean isEmpty() {
    return journals.stream().allMatch(HeapJournal::isEmpty)
        && correlators.stream().allMatch(correlator -> correlator.pendingCount() == 0);
  }

  /** Everything that the journals hold. */
  List<Match> kept() {
    List<Match> kept = new ArrayList<>();
    journals.forEach(journal -> journal.forEach(kept::add));
    return kept;
  }

  @Override
  public void close() {
    correlators.forEach(Correlator::close);
  }

  /** In the oracle's words and order, whatever the order in which it was said. */
  public static List<Satisfied> satisfied(Collection<Correlation> correlations) {
    return correlations.stream()
        .map(
            correlation ->
                new Satisfied(
                    correlation.rule(),
                    correlation.group(),
                    correlation.firstSatisfied(),
                    correlation.satisfied(),
                    correlation.eventCount(),
                    correlation.evidence().stream()
                        .map(Evidence::eventId)
                        .collect(Collectors.toCollection(TreeSet::new))))
        .sorted(Satisfied.ORDER)
        .toList();
  }

  /** The same for sorted input. It goes through many inputs one after the other. */
  static final class Sorted implements AutoCloseable {
    private final RuleSet rules;
    private final TestMatches router;
    private final Contributions contributions;
    private final List<SortedCorrelator> correlators = new ArrayList<>();

    Sorted(RuleSet rules) {
      this.rules = rules;
      this.router = new TestMatches(rules);
      this.contributions = new Contributions(rules);
      Release release = TestReleases.always(rules).known().get(0);
      for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
        correlators.add(new SortedCorrelator(release, level));
      }
    }

    List<Satisfied> correlate(List<TestEvent> events) {
      List<Match> all = new ArrayList<>(router.of(events));
      List<Correlation> said = new ArrayList<>();
      for (int level = 1; level <= correlators.size(); level++) {
        int wanted = level;
        SortedCorrelator correlator = correlators.get(level - 1);
        List<Correlation> ofLevel = new ArrayList<>();
        sorted(
                all.stream()
                    .filter(match -> rules.correlations().get(match.rule()).level() == wanted)
                    .toList())
            .forEach(match -> correlator.add(match, ofLevel::add));
        correlator.end(ofLevel::add);
        ofLevel.forEach(each -> all.addAll(contributions.of(each)));
        said.addAll(ofLevel);
      }
      return satisfied(said);
    }

    @Override
    public void close() {
      correlators.forEach(SortedCorrelator::close);
    }
  }

  /** By key and time as a batch sorts them, in no order within a time, and some of them twice. */
  static List<Match> sorted(List<Match> matches) {
    List<Match> sorted = new ArrayList<>(matches);
    Random random = new Random(matches.size());
    matches.stream().filter(match -> random.nextInt(6) == 0).forEach(sorted::add);
    Collections.shuffle(sorted, random);
    sorted.sort(
        Comparator.comparing((Match match) -> match.key()).thenComparingLong(Match::timestamp));
    return sorted;
  }
}
