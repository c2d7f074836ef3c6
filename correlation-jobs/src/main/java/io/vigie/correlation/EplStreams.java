package io.vigie.correlation;

import io.vigie.correlation.EplExpressions.Place;
import io.vigie.correlation.EplScope.Column;
import io.vigie.correlation.EplScope.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Which streams a statement may select from, through which filters, and how long it keeps them. */
final class EplStreams {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Milliseconds of a time period's parts, in the order in which their numbers are given. */
  private static final List<Map.Entry<String, Double>> UNITS =
      List.of(
          Map.entry("hasWeeks", 604_800_000.0),
          Map.entry("hasDays", 86_400_000.0),
          Map.entry("hasHours", 3_600_000.0),
          Map.entry("hasMinutes", 60_000.0),
          Map.entry("hasSeconds", 1_000.0),
          Map.entry("hasMilliseconds", 1.0),
          Map.entry("hasMicroseconds", 0.001));

  private final EplRefusals refusals;
  private final EplExpressions expressions;
  private final Map<String, Set<String>> streams;
  private final long timespan;
  private int count;

  /**
   * @param streams the columns of each stream
   * @param timespan milliseconds
   */
  EplStreams(
      EplRefusals refusals,
      EplExpressions expressions,
      Map<String, Set<String>> streams,
      long timespan) {
    this.refusals = refusals;
    this.expressions = expressions;
    this.streams = streams;
    this.timespan = timespan;
  }

  /** How many streams were met, those of patterns and subqueries too. */
  int count() {
    return count;
  }

  /** Refuses a name that would have to be quoted. */
  void plainName(String name) {
    if (!NAME.matcher(name).matches()) {
      refusals.add(
          "BAD_NAME", name, "'" + name + "' is no plain name", "use letters, digits and _");
    }
  }

  /**
   * Reports that a window is missing.
   *
   * @param what needs it
   */
  void unwindowed(String what) {
    refusals.add("NO_WINDOW", "", what + " needs a window", "write #time(…) behind the stream");
  }

  /** Adds the stream to the scope, and says whether it has a window. */
  boolean filterStream(EplNode stream, EplScope scope) {
    if (!stream.is("FilterStream")) {
      refusals.unknown(stream);
      return true;
    }
    refusals.allowOnly(
        stream, "filter", "views", "streamName", "unidirectional", "retainIntersection");
    Source source = filter(stream.child("filter"), stream.text("streamName"), scope, true, true);
    return window(stream.list("views"), List.of(source)).isPresent();
  }

  /**
   * The milliseconds of the window that the views make; empty where they make none.
   *
   * @param sources whose columns the views can name
   */
  OptionalLong window(List<EplNode> views, List<Source> sources) {
    OptionalLong time = OptionalLong.empty();
    for (EplNode view : views) {
      refusals.allowOnly(view, "name", "parameters");
      String name = view.text("name");
      if (!view.is("View")) {
        refusals.unknown(view);
      } else if (name.equals("time") && time.isEmpty()) {
        time = OptionalLong.of(duration(view.list("parameters"), "#time"));
      } else if (name.equals("unique")) {
        unique(view.list("parameters"), sources);
      } else {
        refusals.add(
            "WINDOW",
            name,
            "the window '" + name + "' is not allowed: it depends on more than the timespan",
            "write #time(…), or #unique(g)#time(…)");
      }
    }
    if (!views.isEmpty() && time.isEmpty()) {
      unwindowed("each stream with a view");
    }
    return time;
  }

  private void unique(List<EplNode> keys, List<Source> sources) {
    boolean group = false;
    EplScope scope = new EplScope(sources, null);
    for (EplNode key : keys) {
      group |= expressions.column(key, scope).filter(Column::isGroup).isPresent();
    }
    if (!group) {
      refusals.add(
          "UNIQUE_MIXES",
          "unique",
          "#unique without g would mix the groups",
          "write #unique(g, …)");
    }
  }

  /**
   * The source that a filter makes of a stream.
   *
   * @param alias empty where it is called like the stream
   * @param certain as in {@link Source}
   * @param named whether others can name what it filters; then it is added to the scope
   */
  Source filter(
      Optional<EplNode> filter, String alias, EplScope scope, boolean certain, boolean named) {
    count++;
    String stream = filter.map(f -> f.text("eventTypeName")).orElse("");
    String name = alias.isEmpty() ? stream : alias;
    filter.ifPresent(f -> refusals.allowOnly(f, "eventTypeName", "filter"));
    if (!streams.containsKey(stream)) {
      refusals.add(
          "UNKNOWN_STREAM",
          stream,
          "there is no stream '" + stream + "'",
          EplRefusals.near(stream, streams.keySet()));
    }
    Set<String> columns = streams.getOrDefault(stream, Set.of());
    plainName(name);
    if (named && scope.hasAlias(name)) {
      refusals.add(
          "SAME_NAME", name, "two streams are called '" + name + "'", "give each its own name");
    }
    if (streams.values().stream().anyMatch(c -> c.contains(name))) {
      refusals.add(
          "SAME_NAME", name, "a stream is called '" + name + "' like a column", "rename it");
    }
    Source source = new Source(name, columns, certain);
    filter
        .flatMap(f -> f.child("filter"))
        .ifPresent(f -> expressions.check(f, new EplScope(List.of(source), scope), Place.FILTER));
    if (named) {
      scope.add(source);
    }
    return source;
  }

  /** Milliseconds of a constant time, within the timespan; else a refusal and 0. */
  long duration(List<EplNode> parameters, String word) {
    double milliseconds = parameters.size() == 1 ? milliseconds(parameters.get(0)) : Double.NaN;
    if (Double.isNaN(milliseconds)) {
      refusals.add(
          "TIME_NOT_CONSTANT",
          word,
          "the time of " + word + " is no constant of weeks to milliseconds",
          "write for example " + word + "(5 min)");
      return 0;
    }
    if (milliseconds <= 0 || milliseconds > timespan) {
      refusals.add(
          "TIME_TOO_LONG",
          word,
          "the time of " + word + " is not within the timespan of " + timespan + " milliseconds",
          "shorten it, or lengthen the timespan");
      return 0;
    }
    return (long) Math.ceil(milliseconds);
  }

  private double milliseconds(EplNode time) {
    if (time.is("ConstantExpression")) {
      return EplExpressions.number(time) * 1000;
    }
    if (!time.is("TimePeriodExpression")) {
      return Double.NaN;
    }
    Set<String> properties = new HashSet<>(time.properties().keySet());
    properties.remove("children");
    List<EplNode> numbers = time.children();
    double sum = 0;
    int next = 0;
    for (Map.Entry<String, Double> unit : UNITS) {
      if (properties.remove(unit.getKey())) {
        sum +=
            next < numbers.size()
                ? EplExpressions.number(numbers.get(next)) * unit.getValue()
                : Double.NaN;
        next++;
      }
    }
    return properties.isEmpty() && next == numbers.size() ? sum : Double.NaN;
  }
}
