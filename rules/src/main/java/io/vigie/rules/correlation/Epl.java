package io.vigie.rules.correlation;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The EPL that decides a correlation. It is made of constants, numbers and generated names only:
 * nothing that a rule's author wrote becomes part of it.
 *
 * <p>A statement sees {@code Row} events: {@code g} the group, {@code v} the counted value, {@code
 * step} the position of the matched rule in the correlation's list, {@code t} the event time,
 * {@code m} the match, and {@code closing}, true on the last row of its group and time. Rows of one
 * time come in the order of their steps. The statement {@code satisfied} speaks at most once for a
 * group and time, on the closing row, when all that lies at that time is in: so equal times are
 * simultaneous, and a count that is passed through on the way to another does not count.
 */
public final class Epl {
  private Epl() {}

  /**
   * The module for a correlation type.
   *
   * @param steps how many rules the correlation names
   * @param condition null where the type has none
   */
  public static String of(
      CorrelationType type, int steps, Duration timespan, @Nullable CountCondition condition) {
    String window = "#time(" + timespan.toMillis() + " milliseconds)";
    return switch (type) {
      case EVENT_COUNT -> aggregate(window, bounds("count(*)", condition));
      case VALUE_COUNT -> aggregate(window, bounds("count(distinct v)", condition));
      case TEMPORAL -> aggregate(window, "count(distinct step) >= " + steps);
      case TEMPORAL_ORDERED -> ordered(steps, timespan.toMillis(), window);
    };
  }

  /**
   * The columns {@code m0, m1, …} of a row of {@code satisfied}: the chain; none where it counts.
   */
  public static int chainLength(CorrelationType type, int steps) {
    return type == CorrelationType.TEMPORAL_ORDERED ? steps : 0;
  }

  private static String aggregate(String window, String having) {
    return "@name('satisfied') select g, closing from Row"
        + window
        + " group by g having "
        + having;
  }

  private static String bounds(String count, @Nullable CountCondition condition) {
    if (condition == null) {
      throw new IllegalArgumentException("a counting correlation has a condition");
    }
    return condition.bounds().stream()
        .map(bound -> count + " " + bound.operator().epl() + " " + bound.number())
        .collect(Collectors.joining(" and "));
  }

  /**
   * {@code Chain_k} is the latest chain of the first k+1 steps of a group. Because rows come in
   * time order, a later chain never begins earlier than a former one; so the latest alone decides,
   * and a group costs one row a step.
   */
  private static String ordered(int steps, long timespan, String window) {
    if (steps == 1) {
      return "@name('satisfied') select g, closing, m as m0 from Row(step=0)";
    }
    StringBuilder module =
        new StringBuilder("insert into Chain0 select g, t as opened, m as m0 from Row(step=0);\n");
    for (int step = 1; step < steps; step++) {
      boolean last = step == steps - 1;
      module
          .append(last ? "@name('satisfied') " : "insert into Chain" + step + " ")
          .append("select r.g as g, ")
          .append(last ? "r.closing as closing" : "c.opened as opened")
          .append(chained(step))
          .append(" from Row(step=")
          .append(step)
          .append(") as r unidirectional, Chain")
          .append(step - 1)
          .append("#unique(g)")
          .append(window)
          .append(" as c where c.g = r.g and c.opened > r.t - ")
          .append(timespan)
          .append('L')
          .append(last ? "" : ";\n");
    }
    return module.toString();
  }

  private static String chained(int step) {
    return IntStream.range(0, step)
        .mapToObj(earlier -> ", c.m" + earlier + " as m" + earlier)
        .collect(Collectors.joining("", "", ", r.m as m" + step));
  }
}
