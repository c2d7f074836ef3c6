package io.vigie.correlation;

import io.vigie.correlation.EsperStatement.Satisfied;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.NewTerms;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A correlation rule that an EPL statement decides. Holds the matches inside the rule's window. */
final class StatementWindow implements RuleWindow {
  private CorrelationPlan plan;
  private final EsperStatement statement;
  private final RowOrder rowOrder;
  private final Set<Integer> correlationSteps;
  private final Guard guard;
  private final long timespan;

  /** How long after the matches the condition holds: it waits for what must not happen. */
  private final long delay;

  private final long retention;

  private final Map<String, Deque<Match>> groups = new HashMap<>();
  private final Deque<Match> all = new ArrayDeque<>();

  /** By key, the time of the last match that emptied the group's window. */
  private final Map<String, Long> ended = new HashMap<>();

  private long esperTime = Long.MIN_VALUE;

  /**
   * Opens an empty window.
   *
   * @param correlationSteps the steps that are correlations themselves
   * @param guard is told of every row
   */
  StatementWindow(CorrelationPlan plan, Set<Integer> correlationSteps, Guard guard) {
    CorrelationCondition condition = plan.rule().condition();
    this.plan = plan;
    this.correlationSteps = correlationSteps;
    this.guard = guard;
    this.timespan = plan.rule().timespan().toMillis();
    this.delay = condition.waits() ? timespan : 0;
    boolean alone =
        correlationSteps.isEmpty()
            && condition instanceof InOrder order
            && order.chain().size() == 1;
    this.retention = Math.max(timespan + (alone ? 0 : delay), plan.rule().suppress().toMillis());
    this.rowOrder = RowOrder.of(plan);
    this.statement =
        condition instanceof Statement written
            ? EsperStatement.written(
                written, plan.rule().rules(), plan.rule().timespan(), guard.openPatterns())
            : EsperStatement.generated(plan.epl(), rowOrder.chainLength(), guard.openPatterns());
  }

  @Override
  public CorrelationPlan plan() {
    return plan;
  }

  @Override
  public long gap() {
    return plan.rule().suppress().toMillis();
  }

  @Override
  public List<Hit> feed(long time, List<Match> matches, long shift) {
    List<Hit> hits = advance(time, shift);
    moveTo(time, shift);
    List<Match> inOrder = new ArrayList<>(matches);
    inOrder.sort(Match.ORDER);
    Map<String, List<Match>> byGroup = new TreeMap<>();
    for (Match match : inOrder) {
      byGroup.computeIfAbsent(match.key(), key -> new ArrayList<>()).add(match);
      groups.computeIfAbsent(match.key(), key -> new ArrayDeque<>()).add(match);
      all.add(match);
    }
    byGroup.forEach((key, group) -> send(key, group, time));
    hits.addAll(taken(shift));
    return hits;
  }

  /** A match that ends the window also ends what is simultaneous with it. */
  private void send(String key, List<Match> group, long time) {
    if (group.stream().anyMatch(match -> plan.ends(match.step()))) {
      ended.put(key, time);
      return;
    }
    for (Row row : rowOrder.rows(group)) {
      guard.fed(statement.send(inWindow(key), row, esperTime));
    }
  }

  /** What lies before the end of a window is another group's. */
  private String inWindow(String key) {
    Long end = ended.get(key);
    return end == null ? key : key + '\0' + end;
  }

  @Override
  public List<Hit> advance(long watermark, long shift) {
    guard.moved(watermark);
    if (!all.isEmpty()) {
      moveTo(Math.min(watermark, all.getLast().timestamp() + retention), shift);
    }
    return taken(shift);
  }

  private List<Hit> taken(long shift) {
    TreeMap<Long, Map<String, Hit>> hits = new TreeMap<>();
    for (Satisfied satisfied : statement.takeSatisfied()) {
      String key = key(satisfied.group());
      Deque<Match> group = groups.get(key);
      if (group != null) {
        long time = satisfied.time() - shift;
        hits.computeIfAbsent(time, at -> new TreeMap<>())
            .put(key, new Hit(key, group.element().group(), time, satisfied.chain()));
      }
    }
    List<Hit> inOrder = new ArrayList<>();
    hits.values().forEach(simultaneous -> inOrder.addAll(simultaneous.values()));
    return inOrder;
  }

  private String key(String group) {
    return plan.rule().until().isEmpty() || groups.containsKey(group)
        ? group
        : group.substring(0, Math.max(0, group.lastIndexOf('\0')));
  }

  /**
   * Where counts decide they are those of the window; where an order decides they are the chain,
   * with everything that a chained correlation has contributed up to its place in the chain.
   */
  @Override
  public List<Match> behind(Hit hit, @Nullable Episode before) {
    long at = hit.time() - delay;
    long windowStart = Math.max(at - timespan, ended.getOrDefault(hit.key(), Long.MIN_VALUE));
    if (hit.chain().isEmpty()) {
      long from = before == null ? windowStart : Math.max(before.last() - delay, windowStart);
      return between(from, at, hit.key());
    }
    Set<Episode.Link> told = new HashSet<>(before == null ? List.of() : before.chain());
    Map<Integer, Long> toldUpTo = new HashMap<>();
    told.forEach(link -> toldUpTo.merge(link.step(), link.timestamp(), Math::max));
    Map<Integer, Long> upTo = new HashMap<>();
    hit.chain().forEach(match -> upTo.merge(match.step(), match.timestamp(), Math::max));
    List<Match> behind = new ArrayList<>();
    for (Match match :
        correlationSteps.isEmpty() ? hit.chain() : between(windowStart, at, hit.key())) {
      long last = upTo.getOrDefault(match.step(), Long.MIN_VALUE);
      if (isCorrelationStep(match.step())) {
        if (match.timestamp() <= last
            && match.timestamp() > toldUpTo.getOrDefault(match.step(), Long.MIN_VALUE)) {
          behind.add(match);
        }
      } else if (!told.contains(Episode.Link.to(match))
          && hit.chain().stream().anyMatch(link -> link.identity().equals(match.identity()))) {
        behind.add(match);
      }
    }
    return behind;
  }

  @Override
  public boolean isCorrelationStep(int step) {
    return correlationSteps.contains(step);
  }

  /** The group's matches that can satisfy, later than one time and not later than the other. */
  private List<Match> between(long after, long upTo, String key) {
    List<Match> found = new ArrayList<>();
    Iterator<Match> latestFirst = groups.getOrDefault(key, new ArrayDeque<>()).descendingIterator();
    while (latestFirst.hasNext()) {
      Match match = latestFirst.next();
      if (match.timestamp() <= after) {
        break;
      }
      if (match.timestamp() <= upTo && rowOrder.satisfies(match.step())) {
        found.add(match);
      }
    }
    Collections.reverse(found);
    return found;
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public List<Match> matches() {
    return List.copyOf(all);
  }

  @Override
  public List<Match> matchesOf(String key) {
    Deque<Match> group = groups.get(key);
    return group == null ? List.of() : List.copyOf(group);
  }

  @Override
  public boolean remembersFor(CorrelationPlan other) {
    return false;
  }

  @Override
  public boolean canWarm(CorrelationPlan other) {
    return !(other.rule().condition() instanceof NewTerms);
  }

  @Override
  public RuleWindow as(CorrelationPlan same) {
    plan = same;
    return this;
  }

  @Override
  public void forget(Journal journal) {
    all.forEach(match -> journal.remove(match.key(), match.identity()));
    groups.keySet().forEach(journal::close);
  }

  @Override
  public void recall(Match memory) {
    throw new IllegalStateException("a statement remembers nothing beyond its window");
  }

  @Override
  public void expire(long time, long shift, Journal journal) {
    while (!all.isEmpty() && all.element().timestamp() <= time - retention) {
      Match match = all.remove();
      String key = match.key();
      journal.remove(key, match.identity());
      Deque<Match> group = groups.get(key);
      if (group != null) {
        group.poll();
        if (group.isEmpty()) {
          groups.remove(key);
          ended.remove(key);
          journal.close(key);
        }
      }
    }
  }

  @Override
  public long nextShift(long time) {
    return esperTime == Long.MIN_VALUE ? 0 : esperTime + retention + 1 - time;
  }

  private void moveTo(long time, long shift) {
    if (time + shift > esperTime) {
      esperTime = time + shift;
      statement.advance(esperTime, at -> guard.moved(at - shift));
    }
  }

  @Override
  public void close() {
    statement.close();
  }
}
