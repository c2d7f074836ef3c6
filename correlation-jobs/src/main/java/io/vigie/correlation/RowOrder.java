package io.vigie.correlation;

import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.Position;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import io.vigie.rules.correlation.Epl;
import io.vigie.rules.detection.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of simultaneous matches, in the order that lets a statement see them as simultaneous: in
 * an order of rules, what stands earlier comes first. Of a rule that stands at several places, one
 * match after the other takes first the later place, so that it does not follow itself.
 */
final class RowOrder {
  private final CorrelationCondition condition;
  private final boolean measures;

  private RowOrder(CorrelationCondition condition, boolean measures) {
    this.condition = condition;
    this.measures = measures;
  }

  static RowOrder of(CorrelationPlan plan) {
    return new RowOrder(plan.rule().condition(), plan.rule().type().measures());
  }

  /** How many matches a satisfied order consists of; 0 where there is no order. */
  int chainLength() {
    return Epl.chainLength(condition);
  }

  /** Whether matches of the step are among those that satisfy. */
  boolean satisfies(int step) {
    if (condition instanceof InOrder order) {
      return order.positions().stream()
          .anyMatch(position -> !position.negated() && position.steps().contains(step));
    }
    return !(condition instanceof Together together) || !together.absent().contains(step);
  }

  /**
   * The rows of one group and time.
   *
   * @param matches in the order of {@link Match#ORDER}
   */
  List<Row> rows(List<Match> matches) {
    List<Row> rows = new ArrayList<>();
    int closing = condition instanceof InOrder order ? inOrder(order, matches, rows) : -1;
    if (closing < 0) {
      for (Match match : absentLast(matches)) {
        if (match.values().isEmpty() || condition instanceof Statement) {
          rows.add(row(match, match.step(), null));
        } else {
          match.values().forEach(value -> rows.add(row(match, match.step(), value)));
        }
      }
    }
    for (int i = rows.size() - 1; i >= 0; i--) {
      Row row = rows.get(i);
      if (closing < 0 ? satisfies(row.match().step()) : row.position() == closing) {
        rows.set(i, row.closed());
        break;
      }
    }
    return rows;
  }

  /** A statement waits for an absence from the closing row on, so that row must come before. */
  private List<Match> absentLast(List<Match> matches) {
    List<Match> inOrder = new ArrayList<>(matches);
    inOrder.sort(Comparator.comparing(match -> !satisfies(match.step())));
    return inOrder;
  }

  private Row row(Match match, int position, @Nullable String value) {
    return new Row(
        match, position, value, measures && value != null ? Numbers.parse(value) : null, false);
  }

  /** Adds the rows; the place that completes the order. */
  private int inOrder(InOrder order, List<Match> matches, List<Row> rows) {
    List<Position> positions = order.positions();
    for (int first = 0; first < positions.size(); ) {
      Set<Integer> steps = positions.get(first).steps();
      int next = first + 1;
      while (next < positions.size() && positions.get(next).steps().equals(steps)) {
        next++;
      }
      for (Match match : matches) {
        for (int position = next - 1;
            steps.contains(match.step()) && position >= first;
            position--) {
          rows.add(row(match, position, null));
        }
      }
      first = next;
    }
    List<Integer> chain = order.chain();
    return chain.get(chain.size() - 1);
  }
}
