package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Joins satisfied times into episodes, and says what stands behind each. */
final class Episodes {
  private final Journal journal;

  Episodes(Journal journal) {
    this.journal = journal;
  }

  /** Empty where the episode already holds that time: it was said before a restart. */
  Optional<Correlation> add(int release, RuleWindow window, Hit hit) {
    if (window.gap() == 0) {
      return Optional.of(
          correlation(
              Standing.SETTLED, release, window, hit, hit.time(), window.behind(hit, null)));
    }
    Episode before = journal.episode(hit.key());
    if (before != null && hit.time() <= before.last()) {
      return Optional.empty();
    }
    boolean goesOn = before != null && hit.time() - before.last() < window.gap();
    Episode continued = goesOn ? before : null;
    List<Match> fresh = window.behind(hit, continued);
    long first = continued == null ? hit.time() : continued.first();
    journal.open(hit.key(), new Episode(first, hit.time(), links(window, hit, continued)));
    return Optional.of(correlation(Standing.SETTLED, release, window, hit, first, fresh));
  }

  /**
   * What would be said if nothing else came.
   *
   * @param scout a window that has seen what the hit's window has not
   */
  Correlation expected(int release, RuleWindow scout, Hit hit) {
    List<Match> behind = scout.behind(hit, null);
    return correlation(Standing.PROVISIONAL, release, scout, hit, hit.time(), behind);
  }

  private Correlation correlation(
      Standing standing, int release, RuleWindow window, Hit hit, long first, List<Match> fresh) {
    return new Correlation(
        standing,
        release,
        window.plan().id(),
        hit.group(),
        first,
        hit.time(),
        eventCount(window, fresh),
        evidence(fresh));
  }

  /**
   * The chain, and what stood in the episode's chains before for other correlations: with the next
   * chain they must not tell of everything again.
   */
  private static List<Episode.Link> links(RuleWindow window, Hit hit, @Nullable Episode continued) {
    List<Episode.Link> links = new ArrayList<>(hit.chain().stream().map(Episode.Link::to).toList());
    for (Episode.Link link : continued == null ? List.<Episode.Link>of() : continued.chain()) {
      if (window.isCorrelationStep(link.step())
          && hit.chain().stream().noneMatch(match -> match.step() == link.step())) {
        links.add(link);
      }
    }
    return links;
  }

  /** One event that matches two of the rules counts once. */
  private int eventCount(RuleWindow window, List<Match> matches) {
    Set<String> events = new HashSet<>();
    int notCarried = 0;
    for (Match match : matches) {
      if (!window.isCorrelationStep(match.step())) {
        events.add(match.id());
        continue;
      }
      Match whole = journal.get(match.key(), match.identity());
      if (whole != null) {
        whole.evidence().forEach(each -> events.add(each.eventId()));
        notCarried += whole.eventCount() - whole.evidence().size();
      }
    }
    return events.size() + notCarried;
  }

  private List<Evidence> evidence(List<Match> matches) {
    List<Evidence> evidence = new ArrayList<>();
    Set<String> events = new HashSet<>();
    for (Match match : matches) {
      Match whole = journal.get(match.key(), match.identity());
      if (whole == null) {
        continue;
      }
      for (Evidence each : whole.evidence()) {
        if (events.add(each.eventId())) {
          evidence.add(each);
        }
        if (evidence.size() == Correlation.MAX_EVIDENCE) {
          return evidence;
        }
      }
    }
    return evidence;
  }
}
