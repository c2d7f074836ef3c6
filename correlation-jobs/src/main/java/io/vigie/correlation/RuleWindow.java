package io.vigie.correlation;

import io.vigie.correlation.Episode.Link;
import io.vigie.correlation.EsperStatement.Satisfied;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.Epl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One correlation rule over its groups: fed all matches of one time after the other, it says which
 * groups are satisfied at that time and which matches stand behind it. Holds the matches inside the
 * rule's window and nothing else.
 *
 * <p>Times that it is fed never decrease.
 */
final class RuleWindow implements AutoCloseable {
  private final CorrelationPlan plan;
  private final EsperStatement statement;
  private final long timespan;
  private final long retention;
  private final Set<Integer> correlationSteps;

  private final Map<String, Deque<Match>> groups = new HashMap<>();
  private final Deque<Match> all = new ArrayDeque<>();
  private long esperTime = Long.MIN_VALUE;

  /**
   * Opens an empty window.
   *
   * @param correlationSteps the steps that are correlations themselves
   */
  RuleWindow(CorrelationPlan plan, Set<Integer> correlationSteps) {
    this.plan = plan;
    this.correlationSteps = correlationSteps;
    this.timespan = plan.rule().timespan().toMillis();
    this.retention = Math.max(timespan, plan.rule().suppress().toMillis());
    this.statement =
        new EsperStatement(plan.epl(), Epl.chainLength(plan.rule().type(), plan.members().size()));
  }

  CorrelationPlan plan() {
    return plan;
  }

  /** Satisfied times less than this apart, in milliseconds, are one episode. */
  long gap() {
    return plan.rule().suppress().toMillis();
  }

  /**
   * Feeds all matches of one time.
   *
   * @param shift what Esper's clock is ahead of event time, so that it can move forward only
   * @return the groups that are satisfied at that time, each with its chain
   */
  List<Hit> feed(long time, List<Match> matches, long shift) {
    advance(time + shift);
    List<Match> inOrder = new ArrayList<>(matches);
    inOrder.sort(Match.ORDER);
    Map<String, List<Match>> byGroup = new TreeMap<>();
    for (Match match : inOrder) {
      byGroup.computeIfAbsent(match.key(), key -> new ArrayList<>()).add(match);
      groups.computeIfAbsent(match.key(), key -> new ArrayDeque<>()).add(match);
      all.add(match);
    }
    List<Hit> hits = new ArrayList<>();
    byGroup.forEach(
        (key, group) -> {
          for (int i = 0; i < group.size(); i++) {
            send(key, group.get(i), i == group.size() - 1, time + shift);
          }
          for (Satisfied satisfied : statement.takeSatisfied()) {
            hits.add(new Hit(key, group.get(0).group(), time, satisfied.chain()));
          }
        });
    return hits;
  }

  /** One row for each counted value; the group closes with the last row of its last match. */
  private void send(String key, Match match, boolean last, long time) {
    List<String> values = match.values();
    for (int i = 0; i < values.size() - 1; i++) {
      statement.send(key, values.get(i), match.step(), time, false, match);
    }
    String value = values.isEmpty() ? null : values.get(values.size() - 1);
    statement.send(key, value, match.step(), time, last, match);
  }

  /**
   * A group that is satisfied.
   *
   * @param chain of an ordered correlation; else empty
   */
  record Hit(String key, List<String> group, long time, List<Match> chain) {}

  /**
   * The matches behind a hit that were not behind the episode before it, in event-time order. Where
   * counts decide they are those of the window; where an order decides they are the chain, with
   * everything that a chained correlation has contributed up to its place in the chain.
   *
   * @param before the episode that the hit goes on with; null where it opens one
   */
  List<Match> behind(Hit hit, @Nullable Episode before) {
    long windowStart = hit.time() - timespan;
    if (hit.chain().isEmpty()) {
      return after(before == null ? windowStart : Math.max(before.last(), windowStart), hit.key());
    }
    List<Match> behind = new ArrayList<>();
    List<Match> group = correlationSteps.isEmpty() ? hit.chain() : after(windowStart, hit.key());
    for (Match match : group) {
      Match chained = hit.chain().get(match.step());
      Link told = before == null ? null : before.chain().get(match.step());
      if (isCorrelationStep(match.step())) {
        if (match.timestamp() <= chained.timestamp()
            && (told == null || match.timestamp() > told.timestamp())) {
          behind.add(match);
        }
      } else if (match.identity().equals(chained.identity())
          && (told == null
              || match.timestamp() != told.timestamp()
              || !match.id().equals(told.id()))) {
        behind.add(match);
      }
    }
    return behind;
  }

  /** Whether the step is a correlation itself. */
  boolean isCorrelationStep(int step) {
    return correlationSteps.contains(step);
  }

  private List<Match> after(long time, String key) {
    List<Match> after = new ArrayList<>();
    Iterator<Match> latestFirst = groups.getOrDefault(key, new ArrayDeque<>()).descendingIterator();
    while (latestFirst.hasNext()) {
      Match match = latestFirst.next();
      if (match.timestamp() <= time) {
        break;
      }
      after.add(match);
    }
    Collections.reverse(after);
    return after;
  }

  /**
   * Forgets the matches that no time after this one can need, and hands them over.
   *
   * @param shift as in {@link #feed}
   */
  void expire(long time, long shift, Consumer<Match> expired) {
    if (all.isEmpty() || all.element().timestamp() > time - retention) {
      return;
    }
    advance(Math.min(time, all.getLast().timestamp() + retention) + shift);
    while (!all.isEmpty() && all.element().timestamp() <= time - retention) {
      Match match = all.remove();
      Deque<Match> group = groups.get(match.key());
      if (group != null) {
        group.poll();
        if (group.isEmpty()) {
          groups.remove(match.key());
        }
      }
      expired.accept(match);
    }
  }

  boolean holds(String key) {
    return groups.containsKey(key);
  }

  /** The shift that puts a time after everything that this window has been fed. */
  long nextShift(long time) {
    return esperTime == Long.MIN_VALUE ? 0 : esperTime + retention + 1 - time;
  }

  private void advance(long time) {
    esperTime = time;
    statement.advance(time);
  }

  @Override
  public void close() {
    statement.close();
  }
}
