package io.vigie.correlation;

import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition.NewTerms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A correlation rule that asks what is new. Its timespan is weeks, so it keeps no matches: of each
 * group it remembers when it saw which tuple of values last, and since when it has known the group
 * without a break of a timespan.
 */
final class NewTermsWindow implements RuleWindow {
  private CorrelationPlan plan;
  private final Set<Integer> correlationSteps;
  private final Guard guard;
  private final long timespan;
  private long learning;

  private final Map<String, Group> groups = new HashMap<>();
  private final PriorityQueue<Sighting> sightings =
      new PriorityQueue<>(Comparator.comparingLong(Sighting::time));
  private final List<Match> decided = new ArrayList<>();

  NewTermsWindow(
      CorrelationPlan plan, NewTerms condition, Set<Integer> correlationSteps, Guard guard) {
    this.plan = plan;
    this.correlationSteps = correlationSteps;
    this.guard = guard;
    this.timespan = plan.rule().timespan().toMillis();
    this.learning = condition.learning().toMillis();
  }

  private record Sighting(String key, String term, long time) {}

  /** What is known of a group; its terms in the order in which they were last seen. */
  private static final class Group {
    private final List<String> values;
    private final LinkedHashMap<String, Term> terms = new LinkedHashMap<>();
    private long since;
    private long last;

    private Group(List<String> values, long since) {
      this.values = values;
      this.since = since;
      this.last = since;
    }
  }

  /**
   * A tuple of values.
   *
   * @param inJournal what the journal has of it; null for nothing
   */
  private record Term(long seen, @Nullable Match inJournal) {}

  @Override
  public CorrelationPlan plan() {
    return plan;
  }

  @Override
  public List<Hit> feed(long time, List<Match> matches, long shift) {
    guard.moved(time);
    decided.addAll(matches);
    List<Match> inOrder = new ArrayList<>(matches);
    inOrder.sort(Match.ORDER);
    TreeMap<String, TreeMap<String, List<Match>>> byGroup = new TreeMap<>();
    for (Match match : inOrder) {
      guard.fed(0);
      for (String term : match.values()) {
        byGroup
            .computeIfAbsent(match.key(), key -> new TreeMap<>())
            .computeIfAbsent(term, each -> new ArrayList<>())
            .add(match);
      }
    }
    List<Hit> hits = new ArrayList<>();
    byGroup.forEach(
        (key, terms) -> {
          List<String> values = terms.firstEntry().getValue().get(0).group();
          Group group = groups.computeIfAbsent(key, each -> new Group(values, time));
          if (time - group.last >= timespan) {
            group.since = time;
          }
          group.last = time;
          boolean known = time - group.since >= learning;
          terms.forEach(
              (term, simultaneous) -> {
                if (see(key, group, term, time) && known) {
                  hits.add(new Hit(key, named(values, term), time, simultaneous));
                }
              });
        });
    return hits;
  }

  /** Whether it is new. */
  private boolean see(String key, Group group, String term, long time) {
    Term before = group.terms.remove(term);
    group.terms.put(term, new Term(time, before == null ? null : before.inJournal));
    sightings.add(new Sighting(key, term, time));
    return before == null || before.seen <= time - timespan;
  }

  private static List<String> named(List<String> group, String term) {
    List<String> named = new ArrayList<>(group);
    named.addAll(Match.values(term));
    return named;
  }

  @Override
  public List<Hit> advance(long watermark, long shift) {
    return List.of();
  }

  @Override
  public List<Match> behind(Hit hit, @Nullable Episode before) {
    return hit.chain();
  }

  /** Nothing is new twice within a timespan. */
  @Override
  public long gap() {
    return 0;
  }

  @Override
  public boolean isCorrelationStep(int step) {
    return correlationSteps.contains(step);
  }

  @Override
  public int size() {
    return decided.size() + sightings.size();
  }

  /** It keeps none. */
  @Override
  public List<Match> matches() {
    return List.of();
  }

  @Override
  public List<Match> matchesOf(String key) {
    return List.of();
  }

  /** How long it learns makes no difference to that. */
  @Override
  public boolean remembersFor(CorrelationPlan other) {
    return other.rule().condition() instanceof NewTerms
        && other.rule().timespan().toMillis() == timespan;
  }

  @Override
  public boolean canWarm(CorrelationPlan other) {
    return false;
  }

  @Override
  public RuleWindow as(CorrelationPlan same) {
    plan = same;
    learning = ((NewTerms) same.rule().condition()).learning().toMillis();
    return this;
  }

  @Override
  public void forget(Journal journal) {
    decided.forEach(match -> journal.remove(match.key(), match.identity()));
    groups.forEach(
        (key, group) ->
            group.terms.values().stream()
                .map(Term::inJournal)
                .filter(Objects::nonNull)
                .forEach(memory -> journal.remove(key, memory.identity())));
  }

  @Override
  public void recall(Match memory) {
    long since = Long.parseLong(memory.values().get(0));
    Group group = groups.computeIfAbsent(memory.key(), key -> new Group(memory.group(), since));
    group.since = Math.min(group.since, since);
    group.last = Math.max(group.last, memory.timestamp());
    group.terms.put(memory.id(), new Term(memory.timestamp(), memory));
    sightings.add(new Sighting(memory.key(), memory.id(), memory.timestamp()));
  }

  @Override
  public void expire(long time, long shift, Journal journal) {
    for (Match match : decided) {
      journal.remove(match.key(), match.identity());
      match.values().forEach(term -> remember(match.key(), term, journal));
    }
    decided.clear();
    while (!sightings.isEmpty() && sightings.element().time() <= time - timespan) {
      Sighting oldest = sightings.remove();
      Group group = groups.get(oldest.key());
      Term term = group == null ? null : group.terms.get(oldest.term());
      if (group != null && term != null && term.seen == oldest.time()) {
        forget(oldest.key(), group, oldest.term(), journal);
      }
    }
  }

  private void remember(String key, String name, Journal journal) {
    Group group = groups.get(key);
    Term term = group == null ? null : group.terms.get(name);
    if (group == null
        || term == null
        || (term.inJournal != null && term.inJournal.timestamp() == term.seen)) {
      return;
    }
    if (term.inJournal != null) {
      journal.remove(key, term.inJournal.identity());
    }
    Match memory =
        new Match(
            plan.id(),
            group.values,
            Match.MEMORY,
            term.seen,
            name,
            List.of(Long.toString(group.since)),
            0,
            List.of());
    journal.add(memory);
    group.terms.replace(name, new Term(term.seen, memory));
    if (group.terms.size() > NewTerms.MAX_TERMS) {
      forget(key, group, group.terms.keySet().iterator().next(), journal);
    }
  }

  private void forget(String key, Group group, String name, Journal journal) {
    Term term = group.terms.remove(name);
    if (term != null && term.inJournal != null) {
      journal.remove(key, term.inJournal.identity());
    }
    if (group.terms.isEmpty()) {
      groups.remove(key);
    }
  }

  @Override
  public long nextShift(long time) {
    return 0;
  }

  @Override
  public void close() {
    groups.clear();
  }
}
