package io.vigie.rules.correlation;

import io.vigie.rules.correlation.CorrelationCondition.Bound;
import io.vigie.rules.correlation.CorrelationCondition.Count;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.Position;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The EPL that decides a correlation. It is made of constants, numbers and generated names only:
 * nothing that a rule's author wrote becomes part of it, save for the type {@code epl}.
 *
 * <p>A statement sees {@code Row} events: {@code g} the group, {@code v} the counted value, {@code
 * n} the measured number, {@code position} the place of the match in the order, or its step where
 * there is no order, {@code t} the event time, {@code m} the match, and {@code closing}, true on
 * the last row of its group and time that can complete the condition. Rows of one time come in the
 * order of their positions. The statement {@code satisfied} speaks at most once for a group and
 * time, on the closing row, when all that lies at that time is in: so equal times are simultaneous,
 * and a count that is passed through on the way to another does not count.
 */
public final class Epl {
  private static final String SATISFIED = "@name('satisfied') ";

  private Epl() {}

  /** The module for a condition; empty for {@code new_terms}, which needs a longer memory. */
  public static String of(CorrelationCondition condition, Duration timespan) {
    long millis = timespan.toMillis();
    if (condition instanceof Count count) {
      return SATISFIED + aggregate("Row", millis, measured(count));
    }
    if (condition instanceof Together together) {
      return together(together, millis);
    }
    if (condition instanceof InOrder order) {
      return ordered(order, millis);
    }
    return condition instanceof Statement statement ? statement.epl() : "";
  }

  /**
   * The columns {@code m0, m1, …} of a row of {@code satisfied}: the chain; none where the window
   * decides.
   */
  public static int chainLength(CorrelationCondition condition) {
    return condition instanceof InOrder order ? order.chain().size() : 0;
  }

  private static String window(long millis) {
    return "#time(" + millis + " milliseconds)";
  }

  private static String aggregate(String from, long millis, String having) {
    return "select g, closing from " + from + window(millis) + " group by g having " + having;
  }

  private static String measured(Count count) {
    return switch (count.type()) {
      case EVENT_COUNT -> bounds(count, bound -> compare("count(*)", bound));
      case VALUE_COUNT -> bounds(count, bound -> compare("count(distinct v)", bound));
      case VALUE_SUM -> bounds(count, bound -> exactly("sum(n)", bound, ""));
      case VALUE_AVG ->
          "count(n) > 0 and " + bounds(count, bound -> exactly("sum(n)", bound, " * count(n)"));
      case VALUE_MEDIAN -> "count(n) > 0 and " + percentile(count, -1);
      case VALUE_PERCENTILE -> "count(n) > 0 and " + percentile(count, count.percentile());
      default -> throw new IllegalArgumentException(count.type() + " does not count");
    };
  }

  private static String bounds(Count count, Function<Bound, String> written) {
    return count.bounds().stream().map(written).collect(Collectors.joining(" and "));
  }

  private static String compare(String left, Bound bound) {
    return left + " " + bound.operator().epl() + " " + bound.number().toPlainString();
  }

  /**
   * In whole numbers, because a tenth has no exact form in binary. Esper takes decimal numbers for
   * equal only when they have as many digits, so equality is said with the other operators.
   */
  private static String exactly(String left, Bound bound, String factor) {
    BigDecimal number = bound.number();
    int scale = Math.max(0, number.scale());
    String scaled = scale == 0 ? left : left + " * " + BigDecimal.TEN.pow(scale).toPlainString();
    String right = number.movePointRight(scale).toPlainString() + factor;
    return switch (bound.operator()) {
      case EQ -> "(%1$s >= %2$s and %1$s <= %2$s)".formatted(scaled, right);
      case NEQ -> "(%1$s < %2$s or %1$s > %2$s)".formatted(scaled, right);
      default -> scaled + " " + bound.operator().epl() + " " + right;
    };
  }

  /** The median is what a negative percentile stands for. */
  private static String percentile(Count count, int percentile) {
    return bounds(count, bound -> exactly("percentile(window(n), " + percentile + ")", bound, ""));
  }

  private static String together(Together together, long millis) {
    if (together.absent().isEmpty()) {
      return SATISFIED + aggregate("Row", millis, presence(together.presence()));
    }
    TreeSet<Integer> wanted = new TreeSet<>();
    collect(together.presence(), wanted);
    return "insert into Complete "
        + aggregate("Row(" + in(wanted) + ")", millis, presence(together.presence()))
        + ";\n"
        + waiting(together.absent(), millis, 0);
  }

  private static void collect(Presence presence, Collection<Integer> steps) {
    if (presence instanceof Presence.Of of) {
      steps.add(of.step());
    } else if (presence instanceof Presence.AtLeast some) {
      some.parts().forEach(part -> collect(part, steps));
    }
  }

  private static String presence(Presence presence) {
    if (presence instanceof Presence.Of of) {
      return "count(*, filter: position=" + of.step() + ") >= " + of.atLeast();
    }
    Presence.AtLeast some = (Presence.AtLeast) presence;
    List<String> parts = some.parts().stream().map(Epl::presence).toList();
    if (some.count() == parts.size()) {
      return "(" + String.join(" and ", parts) + ")";
    }
    if (some.count() == 1) {
      return "(" + String.join(" or ", parts) + ")";
    }
    return parts.stream()
        .map(part -> "(case when " + part + " then 1 else 0 end)")
        .collect(Collectors.joining(" + ", "(", ") >= " + some.count()));
  }

  private static String in(Collection<Integer> positions) {
    return positions.size() == 1
        ? "position=" + positions.iterator().next()
        : positions.stream()
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining(",", "position in (", ")"));
  }

  /** Speaks when the timespan has passed since a closing {@code Complete} without an absent row. */
  private static String waiting(Collection<Integer> absent, long millis, int chainLength) {
    return SATISFIED
        + "select p.g as g, p.closing as closing"
        + matches("p.m", chainLength)
        + " from pattern [every p=Complete(closing) -> (timer:interval("
        + millis
        + " milliseconds) and not Row("
        + in(absent)
        + ", g=p.g))]";
  }

  /**
   * {@code Chain_k} is the latest chain of the first k+1 places of a group. Because rows come in
   * time order, a later chain never begins earlier than a former one; so the latest alone decides,
   * and a group costs one row a place.
   */
  private static String ordered(InOrder order, long millis) {
    List<Position> positions = order.positions();
    List<Integer> chain = order.chain();
    int last = chain.size() - 1;
    StringBuilder module = new StringBuilder();
    for (int link = 0; link <= last; link++) {
      int position = chain.get(link);
      String absent =
          position > 0 && positions.get(position - 1).negated()
              ? absent(position - 1, millis, link)
              : "";
      if (link < last) {
        module.append("insert into Chain").append(link).append(' ');
      } else {
        module.append(order.waits() ? "insert into Complete " : SATISFIED);
      }
      module
          .append("select r.g as g, ")
          .append(
              link == last
                  ? "r.closing as closing"
                  : (link == 0 ? "r.t" : "c.opened") + " as opened, r.t as latest")
          .append(matches("c.m", link))
          .append(", r.m as m")
          .append(link)
          .append(" from Row(position=")
          .append(position)
          .append(") as r");
      if (link == 0) {
        module.append(absent.isEmpty() ? "" : " where " + absent);
      } else {
        module
            .append(" unidirectional, Chain")
            .append(link - 1)
            .append("#unique(g)")
            .append(window(millis))
            .append(" as c where c.g = r.g and c.opened > r.t - ")
            .append(millis)
            .append('L')
            .append(absent.isEmpty() ? "" : " and " + absent);
      }
      module.append(link < last || order.waits() ? ";\n" : "");
    }
    if (order.waits()) {
      module.append(waiting(List.of(positions.size() - 1), millis, chain.size()));
    }
    return module.toString();
  }

  /** Of the rows that would spoil it, the latest of a group decides. */
  private static String absent(int position, long millis, int link) {
    return "not exists (select * from Row(position="
        + position
        + ")#unique(g)"
        + window(millis)
        + " as n where n.g = r.g"
        + (link == 0 ? "" : " and n.t >= c.latest")
        + ")";
  }

  private static String matches(String from, int count) {
    return IntStream.range(0, count)
        .mapToObj(link -> ", " + from + link + " as m" + link)
        .collect(Collectors.joining());
  }
}
