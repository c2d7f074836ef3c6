package io.vigie.correlation;

import io.vigie.rules.detection.SafePattern;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One walk over a statement; see {@link EplSandbox} for what it stands for. */
final class EplCheck {
  /** The column with the key of the group. */
  private static final String GROUP = "g";

  private static final int MAX_NODES = 1000;

  /** Streams of the whole statement, those of patterns and subqueries too. */
  private static final int MAX_STREAMS = 8;

  /** A join of n streams gives as many rows as the product of what their windows hold. */
  private static final int MAX_JOINED = 3;

  private static final long UNBOUNDED = Long.MAX_VALUE;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern COLUMN =
      Pattern.compile("(?:([A-Za-z_][A-Za-z0-9_]*)\\.)?([A-Za-z_][A-Za-z0-9_]*)");

  private static final Set<String> AGGREGATES =
      Set.of(
          "AvedevProjectionExpression",
          "AvgProjectionExpression",
          "CountProjectionExpression",
          "CountStarProjectionExpression",
          "MaxProjectionExpression",
          "MedianProjectionExpression",
          "MinProjectionExpression",
          "StddevProjectionExpression",
          "SumProjectionExpression");

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

  /**
   * @param word what stands in the text where it is refused; may be empty
   */
  record Finding(String code, String word, String reason, String instead) {}

  /** What a refused kind of node, or a refused property ({@code Kind.property}), is to authors. */
  private static final Map<String, Finding> KNOWN = known();

  private static Map<String, Finding> known() {
    Map<String, Finding> known = new HashMap<>();
    String rows = "write a function of the event, or an aggregate with group by";
    String call = "use operators, aggregates, and matches(text, 'pattern')";
    add(known, "NEW", "new", call, "NewInstanceOperatorExpression", "NewOperatorExpression");
    add(known, "CALL", "", call, "StaticMethodExpression");
    add(known, "FUNCTION", "", call, "PlugInProjectionExpression", "NamedParameterExpression");
    add(known, "LAMBDA", "=>", call, "LambdaExpression");
    add(known, "CAST", "cast", "declare the column under numbers", "CastExpression");
    add(known, "TYPE_TEST", "instanceof", "columns have declared types", "InstanceOfExpression");
    add(known, "TYPE_TEST", "typeof", "columns have declared types", "TypeOfExpression");
    add(known, "TYPE_TEST", "exists", "write x is not null", "PropertyExistsExpression");
    add(known, "CLOCK", "current_timestamp", "use the column t", "CurrentTimestampExpression");
    add(known, "CONTEXT", "", "use group by", "CurrentEvaluationContextExpression");
    add(known, "REGEXP", "regexp", "write matches(text, 'pattern')", "RegExpExpression");
    add(known, "LIKE", "like", "write matches(text, 'pattern')", "LikeExpression");
    add(known, "OTHER_ROWS", "prev", rows, "PreviousExpression");
    add(known, "OTHER_ROWS", "prior", rows, "PriorExpression");
    add(known, "OTHER_ROWS", "first", rows, "FirstProjectionExpression");
    add(known, "OTHER_ROWS", "last", rows, "LastProjectionExpression");
    add(known, "OTHER_ROWS", "window", rows, "WindowProjectionExpression");
    add(known, "OTHER_ROWS", "istream", rows, "IStreamBuiltinExpression");
    add(known, "ALL_HISTORY", "firstever", rows, "FirstEverProjectionExpression");
    add(known, "ALL_HISTORY", "lastever", rows, "LastEverProjectionExpression");
    add(known, "ALL_HISTORY", "countever", rows, "CountEverProjectionExpression");
    add(known, "ALL_HISTORY", "maxever", rows, "MaxProjectionExpression.ever");
    add(known, "ALL_HISTORY", "minever", rows, "MinProjectionExpression.ever");
    add(known, "PARAMETER", "?", "write the value", "SubstitutionParameterExpression");
    add(known, "TABLE", "", "select from the named rules", "TableAccessExpression");
    add(known, "SQL", "sql", "select from the named rules", "SQLStream");
    add(known, "METHOD_STREAM", "method", "select from the named rules", "MethodInvocationStream");
    add(known, "CONTAINED", "", "select columns", "Filter.optionalPropertySelects");
    add(known, "UNION", "retain-union", "leave it out", "FilterStream.retainUnion");
    add(known, "UNION", "retain-union", "leave it out", "PatternStream.retainUnion");
    add(known, "DISTINCT", "distinct", "leave it out", "SelectClause.distinct");
    add(known, "QUANTIFIED", "", "use exists, in or count", "SubqueryQualifiedExpression");
    add(known, "QUANTIFIED", "", "use in", "CompareListExpression");
    String every = "write every a=first -> b=second(g = a.g) where timer:within(…)";
    add(known, "EVERY_DISTINCT", "every-distinct", every, "PatternEveryDistinctExpr");
    add(known, "REPEAT", "[", "count with having, or at-least", "PatternMatchUntilExpr");
    add(known, "CONSUME", "@consume", every, "PatternFilterExpr.optionalConsumptionLevel");
    add(known, "PATTERN_OPTION", "@", "leave it out", "PatternStream.annotations");
    add(known, "FOLLOWED_BY_MAX", "", every, "PatternFollowedByExpr.optionalMaxPerSubexpression");
    String select = "write one select statement";
    String model = "EPStatementObjectModel.";
    add(known, "INSERT_INTO", "insert", select, model + "insertInto");
    add(known, "INSERT_INTO", "into", select, model + "intoTableClause");
    add(known, "UPDATE", "update", select, model + "updateClause");
    add(known, "ON", "on", select, model + "onExpr");
    add(known, "FIRE_AND_FORGET", "", select, model + "fireAndForgetClause");
    for (String created :
        List.of(
            "Class",
            "Context",
            "DataFlow",
            "Expression",
            "Index",
            "Schema",
            "Table",
            "Variable",
            "Window")) {
      add(known, "CREATE", "create", select, model + "create" + created);
    }
    add(known, "ANNOTATION", "@", "leave it out", model + "annotations");
    add(known, "DECLARATION", "expression", select, model + "expressionDeclarations");
    add(known, "SCRIPT", "expression", select, model + "scriptExpressions");
    add(known, "INLINED_CLASS", "inlined_class", select, model + "classProvidedExpressions");
    add(known, "CONTEXT", "context", "use group by", model + "contextName");
    add(known, "MATCH_RECOGNIZE", "match_recognize", every, model + "matchRecognizeClause");
    add(known, "OUTPUT", "output", "leave it out", model + "outputLimitClause");
    add(known, "ORDER", "order", "leave it out", model + "orderByClause");
    add(known, "ORDER", "limit", "leave it out", model + "rowLimitClause");
    add(known, "FOR", "for", "leave it out", model + "forClause");
    return Map.copyOf(known);
  }

  private static void add(
      Map<String, Finding> known, String code, String word, String instead, String... kinds) {
    for (String kind : kinds) {
      known.put(kind, new Finding(code, word, "'" + readable(kind) + "' is not allowed", instead));
    }
  }

  /** {@code NewInstanceOperatorExpression} is "new instance operator". */
  private static String readable(String kind) {
    return kind.substring(kind.indexOf('.') + 1)
        .replaceAll("(Projection)?(Expression|Expr|Clause)$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  /**
   * Where columns come from.
   *
   * @param certain false where its columns may be null because a pattern need not have met it
   */
  private record Source(String alias, Set<String> columns, boolean certain) {}

  private record Scope(List<Source> sources, @Nullable Scope outer) {}

  private record Column(Source source, String name) {
    boolean isGroup() {
      return name.equals(GROUP);
    }
  }

  /** What may stand in an expression at a place. */
  private enum Place {
    /** Filters of streams: the event itself and earlier events of a pattern. */
    FILTER,
    WHERE,
    /** The select list and having. */
    RESULT
  }

  private final Map<String, Set<String>> streams;
  private final long timespan;
  private final List<Finding> findings = new ArrayList<>();
  private int streamCount;

  /**
   * @param timespan milliseconds
   */
  EplCheck(Map<String, Set<String>> streams, long timespan) {
    this.streams = streams;
    this.timespan = timespan;
  }

  List<Finding> check(EplNode model) {
    int nodes = count(model);
    if (nodes > MAX_NODES) {
      refuse(
          "TOO_LARGE",
          "",
          "the statement has " + nodes + " parts, more than " + MAX_NODES,
          "split the rule");
      return findings;
    }
    statement(model);
    if (streamCount > MAX_STREAMS) {
      refuse(
          "TOO_MANY_STREAMS",
          "from",
          "the statement has " + streamCount + " streams, more than " + MAX_STREAMS,
          "split the rule");
    }
    return findings;
  }

  private static int count(EplNode node) {
    return 1 + node.below().stream().mapToInt(EplCheck::count).sum();
  }

  // ---- statements

  private void statement(EplNode model) {
    only(model, "selectClause", "fromClause", "whereClause", "groupByClause", "havingClause");
    Optional<EplNode> from = model.child("fromClause");
    if (from.isEmpty() || model.child("selectClause").isEmpty()) {
      if (findings.isEmpty()) {
        refuse("NO_SELECT", "", "it is no select statement", "write select … as g from …");
      }
      return;
    }
    only(from.get(), "streams", "outerJoinQualifiers");
    List<EplNode> all = from.get().list("streams");
    Scope scope = new Scope(new ArrayList<>(), null);
    boolean windowed = true;
    int driving = 0;
    for (EplNode stream : all) {
      boolean hasWindow =
          stream.is("PatternStream") ? patternStream(stream, scope) : filterStream(stream, scope);
      windowed &= hasWindow || stream.flag("unidirectional");
      driving += stream.flag("unidirectional") ? 1 : 0;
    }
    boolean aggregated =
        aggregates(model.child("selectClause")) || aggregates(model.child("havingClause"));
    if (all.size() > 1) {
      join(from.get(), model, scope, windowed, driving);
    } else if (aggregated && (!windowed || driving > 0)) {
      unwindowed("what is counted");
    }
    select(model.child("selectClause").get(), scope);
    model.child("whereClause").ifPresent(where -> expression(where, scope, Place.WHERE));
    model.child("havingClause").ifPresent(having -> expression(having, scope, Place.RESULT));
    boolean grouped = groupBy(model.child("groupByClause"), scope);
    if (aggregated && !grouped) {
      refuse(
          "NOT_BY_GROUP",
          "",
          "an aggregate without 'group by g' would mix the groups",
          "write group by g");
    }
  }

  private void unwindowed(String what) {
    refuse("NO_WINDOW", "", what + " needs a window", "write #time(…) behind the stream");
  }

  private void join(EplNode from, EplNode model, Scope scope, boolean windowed, int driving) {
    List<EplNode> all = from.list("streams");
    if (all.stream().anyMatch(stream -> stream.is("PatternStream"))) {
      refuse("PATTERN_IN_JOIN", "pattern", "a pattern stands alone in from", "use a subquery");
      return;
    }
    if (all.size() > MAX_JOINED) {
      refuse(
          "JOIN_TOO_WIDE",
          "from",
          "more than " + MAX_JOINED + " streams are joined",
          "use exists (select …) for what need not be a row");
    }
    if (!windowed) {
      unwindowed("each joined stream");
    }
    if (driving > 1) {
      refuse(
          "UNIDIRECTIONAL", "unidirectional", "more than one stream drives the join", "keep one");
    }
    List<Column[]> equal = new ArrayList<>();
    for (EplNode qualifier : from.list("outerJoinQualifiers")) {
      only(qualifier, "type", "left", "right", "additionalProperties");
      if (!qualifier.text("type").equals("INNER")) {
        refuse("OUTER_JOIN", "outer", "outer joins are not allowed", "write not exists (select …)");
      }
      onPair(qualifier, scope, equal);
      for (EplNode pair : qualifier.list("additionalProperties")) {
        only(pair, "left", "right");
        onPair(pair, scope, equal);
      }
    }
    model.child("whereClause").ifPresent(where -> addEqualities(where, scope, equal));
    Set<Source> reached = new HashSet<>(scope.sources().subList(0, 1));
    for (int i = 0; i < all.size(); i++) {
      for (Column[] pair : equal) {
        if (reached.contains(pair[0].source()) || reached.contains(pair[1].source())) {
          reached.add(pair[0].source());
          reached.add(pair[1].source());
        }
      }
    }
    if (!reached.containsAll(scope.sources())) {
      refuse(
          "UNKEYED_JOIN",
          "from",
          "the streams are not joined by the group",
          "write where a.g = b.g for all of them");
    }
  }

  private void onPair(EplNode pair, Scope scope, List<Column[]> equal) {
    Optional<Column> left = pair.child("left").flatMap(node -> operand(node, scope));
    Optional<Column> right = pair.child("right").flatMap(node -> operand(node, scope));
    if (left.isPresent() && right.isPresent()) {
      addEquality(left.get(), right.get(), equal);
    }
  }

  private Optional<Column> operand(EplNode node, Scope scope) {
    if (!node.is("PropertyValueExpression")) {
      unknown(node);
      return Optional.empty();
    }
    return column(node, scope);
  }

  private static void addEquality(Column left, Column right, List<Column[]> equal) {
    if (left.isGroup() && right.isGroup() && !left.source().equals(right.source())) {
      equal.add(new Column[] {left, right});
    }
  }

  /** Which groups must be the same for the condition to hold. */
  private void addEqualities(EplNode condition, Scope scope, List<Column[]> equal) {
    if (condition.is("Conjunction")) {
      condition.children().forEach(part -> addEqualities(part, scope, equal));
    } else if (condition.is("RelationalOpExpression")
        && condition.text("operator").equals("=")
        && condition.children().size() == 2) {
      Optional<Column> left = quietly(condition.children().get(0), scope);
      Optional<Column> right = quietly(condition.children().get(1), scope);
      if (left.isPresent() && right.isPresent()) {
        addEquality(left.get(), right.get(), equal);
      }
    }
  }

  private void select(EplNode clause, Scope scope) {
    boolean group = false;
    for (EplNode element : selectList(clause)) {
      if (element.is("SelectClauseExpression")) {
        Optional<EplNode> value = selected(element, scope);
        String name = element.text("asName");
        Optional<Column> column = value.flatMap(node -> quietly(node, scope));
        boolean named =
            name.equals(GROUP)
                || (name.isEmpty() && value.get().text("propertyName").equals(GROUP));
        group |=
            named
                && column.isPresent()
                && column.get().isGroup()
                && column.get().source().certain();
      } else if (element.is("SelectClauseWildcard", "SelectClauseStreamWildcard")) {
        refuse("SELECT_ALL", "*", "select * is not allowed", "name the columns");
      } else {
        unknown(element);
      }
    }
    if (!group) {
      refuse(
          "NO_GROUP",
          "select",
          "the statement does not select the group that it speaks of",
          "write select x.g as g, where x is always present");
    }
  }

  private List<EplNode> selectList(EplNode clause) {
    only(clause, "selectList", "streamSelector");
    if (!clause.text("streamSelector").equals("ISTREAM_ONLY")) {
      refuse(
          "RSTREAM", "rstream", "only what comes in is selected", "leave irstream or rstream out");
    }
    return clause.list("selectList");
  }

  private Optional<EplNode> selected(EplNode element, Scope scope) {
    only(element, "expression", "asName");
    String name = element.text("asName");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      refuse("BAD_NAME", name, "'" + name + "' is no plain name", "use letters, digits and _");
    }
    Optional<EplNode> value = element.child("expression");
    value.ifPresent(node -> expression(node, scope, Place.RESULT));
    return value;
  }

  private boolean groupBy(Optional<EplNode> clause, Scope scope) {
    boolean grouped = false;
    if (clause.isPresent()) {
      only(clause.get(), "groupByExpressions");
      for (EplNode by : clause.get().list("groupByExpressions")) {
        if (!by.is("GroupByClauseExpressionSingle")) {
          refuse("ROLLUP", "group", "only plain group by is allowed", "write group by g");
          continue;
        }
        only(by, "expression");
        for (EplNode value : by.child("expression").stream().toList()) {
          expression(value, scope, Place.WHERE);
          grouped |= quietly(value, scope).filter(Column::isGroup).isPresent();
        }
      }
    }
    return grouped;
  }

  private static boolean aggregates(Optional<EplNode> node) {
    return node.isPresent() && aggregates(node.get());
  }

  private static boolean aggregates(EplNode node) {
    return AGGREGATES.contains(node.type())
        || (!node.is("EPStatementObjectModel")
            && node.below().stream().anyMatch(EplCheck::aggregates));
  }

  /** A select statement inside another; {@code exists} takes any columns. */
  private void subquery(Optional<EplNode> statement, Scope outer, boolean exists) {
    if (statement.isEmpty()) {
      return;
    }
    EplNode model = statement.get();
    only(model, "selectClause", "fromClause", "whereClause", "havingClause");
    List<EplNode> from = model.child("fromClause").map(f -> f.list("streams")).orElse(List.of());
    model.child("fromClause").ifPresent(f -> only(f, "streams"));
    if (from.size() != 1 || !from.get(0).is("FilterStream")) {
      refuse(
          "SUBQUERY_FROM", "", "a subquery selects from one stream", "write one subquery a stream");
      return;
    }
    Scope scope = new Scope(new ArrayList<>(), outer);
    if (!filterStream(from.get(0), scope)) {
      unwindowed("a subquery");
    }
    for (EplNode element : model.child("selectClause").map(this::selectList).orElse(List.of())) {
      if (element.is("SelectClauseExpression")) {
        selected(element, scope);
      } else if (element.is("SelectClauseWildcard")) {
        only(element);
        if (!exists) {
          refuse("SELECT_ALL", "*", "select * is for exists only", "name the column");
        }
      } else {
        unknown(element);
      }
    }
    List<Column[]> equal = new ArrayList<>();
    model
        .child("whereClause")
        .ifPresent(
            where -> {
              expression(where, scope, Place.WHERE);
              addEqualities(where, scope, equal);
            });
    if (scope.sources().stream()
        .noneMatch(own -> equal.stream().anyMatch(pair -> joins(pair, own)))) {
      refuse(
          "UNKEYED_SUBQUERY",
          "",
          "a subquery is not bound to the group",
          "write where inner.g = outer.g in the subquery");
    }
    model.child("havingClause").ifPresent(having -> expression(having, scope, Place.RESULT));
  }

  private static boolean joins(Column[] pair, Source source) {
    return pair[0].source().equals(source) != pair[1].source().equals(source);
  }

  // ---- streams

  /** Adds the stream to the scope, and says whether it has a window. */
  private boolean filterStream(EplNode stream, Scope scope) {
    if (!stream.is("FilterStream")) {
      unknown(stream);
      return true;
    }
    only(stream, "filter", "views", "streamName", "unidirectional", "retainIntersection");
    Source source = filter(stream.child("filter"), stream.text("streamName"), scope, true, true);
    OptionalWindow window = window(stream.list("views"), List.of(source));
    return window.present();
  }

  private record OptionalWindow(boolean present, long milliseconds) {}

  private OptionalWindow window(List<EplNode> views, List<Source> sources) {
    boolean present = false;
    long milliseconds = 0;
    for (EplNode view : views) {
      only(view, "name", "parameters");
      String name = view.text("name");
      if (!view.is("View")) {
        unknown(view);
      } else if (name.equals("time") && !present) {
        present = true;
        milliseconds = duration(view.list("parameters"), "#time");
      } else if (name.equals("unique")) {
        unique(view.list("parameters"), sources);
      } else {
        refuse(
            "WINDOW",
            name,
            "the window '" + name + "' is not allowed: it depends on more than the timespan",
            "write #time(…), or #unique(g)#time(…)");
      }
    }
    if (!views.isEmpty() && !present) {
      unwindowed("each stream with a view");
    }
    return new OptionalWindow(present, milliseconds);
  }

  private void unique(List<EplNode> keys, List<Source> sources) {
    boolean group = false;
    Scope scope = new Scope(sources, null);
    for (EplNode key : keys) {
      group |= operand(key, scope).filter(Column::isGroup).isPresent();
    }
    if (!group) {
      refuse(
          "UNIQUE_MIXES",
          "unique",
          "#unique without g would mix the groups",
          "write #unique(g, …)");
    }
  }

  /**
   * Walks a filter.
   *
   * @param named whether others can name what it filters; then it is added to the scope
   */
  private Source filter(
      Optional<EplNode> filter, String alias, Scope scope, boolean certain, boolean named) {
    streamCount++;
    String stream = filter.map(f -> f.text("eventTypeName")).orElse("");
    String name = alias.isEmpty() ? stream : alias;
    filter.ifPresent(f -> only(f, "eventTypeName", "filter"));
    if (!streams.containsKey(stream)) {
      refuse(
          "UNKNOWN_STREAM",
          stream,
          "there is no stream '" + stream + "'",
          near(stream, streams.keySet()));
    }
    Set<String> columns = streams.getOrDefault(stream, Set.of());
    if (!NAME.matcher(name).matches()) {
      refuse("BAD_NAME", name, "'" + name + "' is no plain name", "use letters, digits and _");
    }
    for (Scope s = named ? scope : null; s != null; s = s.outer()) {
      if (s.sources().stream().anyMatch(other -> other.alias().equals(name))) {
        refuse(
            "SAME_NAME", name, "two streams are called '" + name + "'", "give each its own name");
      }
    }
    if (streams.values().stream().anyMatch(c -> c.contains(name))) {
      refuse("SAME_NAME", name, "a stream is called '" + name + "' like a column", "rename it");
    }
    Source source = new Source(name, columns, certain);
    filter
        .flatMap(f -> f.child("filter"))
        .ifPresent(f -> expression(f, new Scope(List.of(source), scope), Place.FILTER));
    if (named) {
      scope.sources().add(source);
    }
    return source;
  }

  /** Milliseconds of a constant time, within the timespan; else a finding and 0. */
  private long duration(List<EplNode> parameters, String word) {
    double milliseconds = parameters.size() == 1 ? milliseconds(parameters.get(0)) : Double.NaN;
    if (Double.isNaN(milliseconds)) {
      refuse(
          "TIME_NOT_CONSTANT",
          word,
          "the time of " + word + " is no constant of weeks to milliseconds",
          "write for example " + word + "(5 min)");
      return 0;
    }
    if (milliseconds <= 0 || milliseconds > timespan) {
      refuse(
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
      return number(time) * 1000;
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
        sum += next < numbers.size() ? number(numbers.get(next)) * unit.getValue() : Double.NaN;
        next++;
      }
    }
    return properties.isEmpty() && next == numbers.size() ? sum : Double.NaN;
  }

  private static double number(EplNode constant) {
    return constant.is("ConstantExpression")
            && constant.properties().get("constant") instanceof Number number
        ? number.doubleValue()
        : Double.NaN;
  }

  // ---- patterns

  private boolean patternStream(EplNode stream, Scope scope) {
    only(stream, "expression", "views", "retainIntersection");
    long life = stream.child("expression").map(pattern -> pattern(pattern, scope)).orElse(0L);
    OptionalWindow window = window(stream.list("views"), List.of());
    if (life == UNBOUNDED) {
      refuse(
          "PATTERN_UNBOUNDED",
          "pattern",
          "a step of the pattern may wait for ever",
          "write (…) where timer:within(…) around each step behind ->");
    } else if (sum(life, window.milliseconds()) > timespan) {
      refuse(
          "TIME_TOO_LONG",
          "pattern",
          "the pattern's times are together longer than the timespan of "
              + timespan
              + " milliseconds",
          "shorten them, or lengthen the timespan");
    }
    return window.present();
  }

  /** How long after its first event a pattern may still hold, in milliseconds. */
  private long pattern(EplNode pattern, Scope scope) {
    List<EplNode> steps =
        pattern.is("PatternFollowedByExpr") ? pattern.children() : List.of(pattern);
    if (pattern.is("PatternFollowedByExpr")) {
      only(pattern, "children");
    }
    EplNode first = steps.isEmpty() ? pattern : steps.get(0);
    if (!first.is("PatternEveryExpr")
        || first.children().size() != 1
        || !first.children().get(0).is("PatternFilterExpr")) {
      unknownUnlessPattern(first);
      refuse(
          "PATTERN_START",
          "pattern",
          "a pattern that does not begin with each event anew depends on all history",
          "begin with every a=stream ->");
      return 0;
    }
    only(first, "children");
    step(first.children().get(0), scope, false, true);
    long life = 0;
    for (EplNode step : steps.subList(1, steps.size())) {
      life = sum(life, life(step, scope, true));
    }
    return life;
  }

  /** A form that is refused anyhow is named; the others are known, but not at the beginning. */
  private void unknownUnlessPattern(EplNode node) {
    if (KNOWN.containsKey(node.type())) {
      unknown(node);
    }
    node.below().forEach(this::unknownUnlessPattern);
  }

  private static long sum(long a, long b) {
    return a > UNBOUNDED - b ? UNBOUNDED : a + b;
  }

  /** How long after its beginning a part of a pattern may still wait. */
  private long life(EplNode part, Scope scope, boolean certain) {
    return switch (part.type()) {
      case "PatternFilterExpr" -> {
        step(part, scope, true, certain);
        yield UNBOUNDED;
      }
      case "PatternEveryExpr" -> {
        repeated(part, scope, certain);
        yield UNBOUNDED;
      }
      case "PatternGuardExpr" -> guarded(part, scope, certain);
      case "PatternObserverExpr" -> observed(part);
      case "PatternFollowedByExpr" -> {
        only(part, "children");
        yield part.children().stream()
            .mapToLong(child -> life(child, scope, certain))
            .reduce(0, EplCheck::sum);
      }
      case "PatternOrExpr" -> {
        only(part, "children");
        yield part.children().stream()
            .mapToLong(child -> life(child, scope, false))
            .reduce(0, Math::max);
      }
      case "PatternAndExpr" -> all(part, scope, certain);
      case "PatternNotExpr" -> {
        refuse("NOT_ALONE", "not", "not stands alone", "write timer:interval(…) and not …");
        yield 0;
      }
      default -> {
        unknown(part);
        yield 0;
      }
    };
  }

  private void repeated(EplNode every, Scope scope, boolean certain) {
    only(every, "children");
    for (EplNode child : every.children()) {
      if (child.is("PatternFilterExpr")) {
        step(child, scope, true, certain);
      } else {
        unknownUnlessPattern(child);
        refuse(
            "EVERY_PART", "every", "every repeats more than one event", "put it before a stream");
      }
    }
  }

  private long guarded(EplNode guard, Scope scope, boolean certain) {
    only(guard, "children", "guarded", "namespace", "name", "parameters");
    long inner =
        guard.children().stream()
            .mapToLong(child -> life(child, scope, certain))
            .reduce(0, Math::max);
    if (!guard.text("namespace").equals("timer") || !guard.text("name").equals("within")) {
      refuse(
          "GUARD",
          guard.text("name"),
          "the guard '" + guard.text("namespace") + ":" + guard.text("name") + "' is not allowed",
          "write where timer:within(…)");
      return 0;
    }
    return Math.min(inner, duration(guard.list("parameters"), "timer:within"));
  }

  private long observed(EplNode observer) {
    only(observer, "namespace", "name", "parameters");
    if (!observer.text("namespace").equals("timer") || !observer.text("name").equals("interval")) {
      refuse(
          "OBSERVER",
          observer.text("namespace") + ":" + observer.text("name"),
          "the observer '"
              + observer.text("namespace")
              + ":"
              + observer.text("name")
              + "' is not allowed",
          "write timer:interval(…)");
      return 0;
    }
    return duration(observer.list("parameters"), "timer:interval");
  }

  private long all(EplNode and, Scope scope, boolean certain) {
    only(and, "children");
    long life = 0;
    int positive = 0;
    for (EplNode child : and.children()) {
      if (child.is("PatternNotExpr")) {
        only(child, "children");
        for (EplNode absent : child.children()) {
          if (absent.is("PatternFilterExpr")) {
            step(absent, scope, true, false);
          } else {
            unknownUnlessPattern(absent);
            refuse("NOT_PART", "not", "not is for one stream", "write and not a(…) and not b(…)");
          }
        }
      } else {
        positive++;
        life = Math.max(life, life(child, scope, certain));
      }
    }
    if (positive == 0) {
      refuse("NOT_ALONE", "not", "not stands alone", "write timer:interval(…) and not …");
    }
    return life;
  }

  private void step(EplNode step, Scope scope, boolean later, boolean certain) {
    only(step, "filter", "tagName");
    List<Source> earlier = List.copyOf(scope.sources());
    Source source =
        filter(
            step.child("filter"),
            step.text("tagName"),
            scope,
            certain,
            !step.text("tagName").isEmpty());
    if (!later) {
      return;
    }
    List<Column[]> equal = new ArrayList<>();
    Scope inside = new Scope(List.of(source), new Scope(earlier, null));
    step.child("filter")
        .flatMap(filter -> filter.child("filter"))
        .ifPresent(condition -> addEqualities(condition, inside, equal));
    if (equal.stream().noneMatch(pair -> joins(pair, source))) {
      refuse(
          "UNKEYED_STEP",
          source.alias(),
          "the step '" + source.alias() + "' is not bound to the group",
          "write " + source.alias() + "(g = a.g), where a is the first step");
    }
  }

  // ---- expressions

  private void expression(EplNode node, Scope scope, Place place) {
    if (AGGREGATES.contains(node.type())) {
      aggregate(node, scope, place);
      return;
    }
    switch (node.type()) {
      case "Conjunction",
          "Disjunction",
          "NotExpression",
          "CoalesceExpression",
          "ConcatExpression",
          "CaseWhenThenExpression",
          "CaseSwitchExpression",
          "MinRowExpression",
          "MaxRowExpression" ->
          operands(node, scope, place);
      case "InExpression" -> operands(node, scope, place, "notIn");
      case "BetweenExpression" ->
          operands(node, scope, place, "lowEndpointIncluded", "highEndpointIncluded", "notBetween");
      case "RelationalOpExpression" -> {
        operator(node, Set.of("=", "!=", "<", ">", "<=", ">=", "is", "is not"));
        operands(node, scope, place, "operator");
      }
      case "ArithmaticExpression" -> {
        operator(node, Set.of("+", "-", "*", "/", "%"));
        remainder(node);
        operands(node, scope, place, "operator");
      }
      case "ConstantExpression" -> constant(node);
      case "PropertyValueExpression" -> column(node, scope);
      case "SingleRowMethodExpression", "DotExpression" -> call(node, scope, place);
      case "SubqueryExistsExpression", "SubqueryExpression" -> {
        only(node, "model");
        inResult(node, scope, place);
      }
      case "SubqueryInExpression" -> {
        operands(node, scope, place, "model", "notIn");
        inResult(node, scope, place);
      }
      default -> unknown(node);
    }
  }

  private void inResult(EplNode node, Scope scope, Place place) {
    if (place == Place.FILTER) {
      refuse(
          "SUBQUERY_IN_FILTER", "", "a filter looks at its event alone", "write it behind where");
      return;
    }
    subquery(node.child("model"), scope, node.is("SubqueryExistsExpression"));
  }

  private void operands(EplNode node, Scope scope, Place place, String... properties) {
    List<String> allowed = new ArrayList<>(List.of(properties));
    allowed.add("children");
    only(node, allowed.toArray(String[]::new));
    node.children().forEach(child -> expression(child, scope, place));
  }

  private void operator(EplNode node, Set<String> allowed) {
    String operator = node.text("operator");
    if (!allowed.contains(operator)) {
      refuse("OPERATOR", operator, "the operator '" + operator + "' is not allowed", "");
    }
  }

  /** A remainder of zero is an exception, a quotient is not. */
  private void remainder(EplNode node) {
    if (node.text("operator").equals("%")
        && node.children().stream().skip(1).anyMatch(by -> !(Math.abs(number(by)) > 0))) {
      refuse("REMAINDER", "%", "the divisor of % is no constant other than 0", "write a constant");
    }
  }

  private void constant(EplNode node) {
    only(node, "constant", "constantType");
    if (node.properties().get("constant") instanceof EplNode) {
      refuse("CONSTANT", "", "a constant is no text, number or flag", "");
    }
  }

  private void aggregate(EplNode node, Scope scope, Place place) {
    only(node, "children", "distinct");
    if (place != Place.RESULT) {
      refuse("AGGREGATE_HERE", "", "an aggregate stands in select or having", "move it to having");
    }
    for (EplNode child : node.children()) {
      boolean star =
          child.is("CrontabParameterExpression") && child.text("type").equals("WILDCARD");
      if (node.is("CountProjectionExpression") && star) {
        only(child, "type");
      } else {
        expression(child, scope, Place.WHERE);
      }
    }
  }

  private void call(EplNode node, Scope scope, Place place) {
    List<EplNode> chain = node.list("chain");
    String name = chain.isEmpty() ? "" : chain.get(0).text("name");
    if (chain.size() != 1
        || !chain.get(0).is("DotExpressionItemCall")
        || !name.equals(EplFunctions.MATCHES)) {
      refuse(
          "CALL",
          name,
          "'" + name + "' calls something that is no function of rules",
          "use operators, aggregates, and matches(text, 'pattern')");
      return;
    }
    only(node, "chain");
    only(chain.get(0), "name", "parameters");
    List<EplNode> parameters = chain.get(0).list("parameters");
    Object pattern =
        parameters.size() == 2 && parameters.get(1).is("ConstantExpression")
            ? parameters.get(1).properties().get("constant")
            : null;
    if (!(pattern instanceof String text)) {
      refuse(
          "MATCHES", name, "matches needs a text and a constant pattern", "matches(x, 'pattern')");
      return;
    }
    expression(parameters.get(0), scope, place);
    constant(parameters.get(1));
    SafePattern.Refused refused = SafePattern.compile(text, 0).refused();
    if (refused != null) {
      refuse(refused.code(), name, refused.message(), refused.suggestion());
    }
  }

  private Optional<Column> column(EplNode node, Scope scope) {
    only(node, "propertyName");
    String name = node.text("propertyName");
    Optional<Column> column = quietly(node, scope);
    if (column.isEmpty()) {
      List<String> names = new ArrayList<>();
      for (Scope s = scope; s != null; s = s.outer()) {
        for (Source source : s.sources()) {
          names.addAll(source.columns());
          source.columns().forEach(c -> names.add(source.alias() + "." + c));
        }
      }
      refuse(
          "NOT_A_COLUMN",
          name,
          "'" + name + "' is no column of one stream here",
          near(name, names));
    }
    return column;
  }

  /** The column that a node names, if it is one; nothing is reported. */
  private static Optional<Column> quietly(EplNode node, Scope scope) {
    if (!node.is("PropertyValueExpression")) {
      return Optional.empty();
    }
    Matcher name = COLUMN.matcher(node.text("propertyName"));
    if (!name.matches()) {
      return Optional.empty();
    }
    for (Scope s = scope; s != null; s = s.outer()) {
      List<Source> having =
          s.sources().stream()
              .filter(
                  source ->
                      name.group(1) == null
                          ? source.columns().contains(name.group(2))
                          : source.alias().equals(name.group(1)))
              .toList();
      if (!having.isEmpty()) {
        Source source = having.get(0);
        return having.size() == 1 && source.columns().contains(name.group(2))
            ? Optional.of(new Column(source, name.group(2)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  // ---- refusing

  /** Everything that the node shows beyond these properties is refused. */
  private void only(EplNode node, String... allowed) {
    List<String> known = List.of(allowed);
    node.properties()
        .forEach(
            (property, value) -> {
              if (!known.contains(property)) {
                unknown(node.type() + "." + property);
              } else if (value instanceof List<?> list
                  && !list.stream().allMatch(i -> i instanceof EplNode || i.equals(false))) {
                unknown(node.type() + "." + property);
              }
            });
  }

  private void unknown(EplNode node) {
    unknown(node.type());
  }

  private void unknown(String kind) {
    findings.add(
        KNOWN.getOrDefault(
            kind,
            new Finding(
                "NOT_ALLOWED",
                "",
                "'" + readable(kind) + "' is not known to be harmless",
                "use the forms that the rule language lists for EPL")));
  }

  private static String near(String written, Collection<String> names) {
    String near = Problems.didYouMean(written, names);
    return near.isEmpty() ? "one of " + String.join(", ", names.stream().sorted().toList()) : near;
  }

  private void refuse(String code, String word, String reason, String instead) {
    findings.add(new Finding(code, word, reason, instead));
  }
}
