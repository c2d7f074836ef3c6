package io.vigie.correlation;

import io.vigie.correlation.EplExpressions.Place;
import io.vigie.correlation.EplScope.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One walk over a statement: its clauses, joins and subqueries here, what stands in them in {@link
 * EplStreams}, {@link EplPatterns} and {@link EplExpressions}. See {@link EplSandbox} for what it
 * stands for.
 */
final class EplCheck {
  private static final int MAX_NODES = 1000;

  /** Streams of the whole statement, those of patterns and subqueries too. */
  private static final int MAX_STREAMS = 8;

  /** A join of n streams gives as many rows as the product of what their windows hold. */
  private static final int MAX_JOINED = 3;

  private final EplRefusals refusals = new EplRefusals();
  private final EplExpressions expressions;
  private final EplStreams streams;
  private final EplPatterns patterns;

  /**
   * @param streams the columns of each stream
   * @param timespan milliseconds
   */
  EplCheck(Map<String, Set<String>> streams, long timespan) {
    this.expressions = new EplExpressions(refusals, this::subquery);
    this.streams = new EplStreams(refusals, expressions, streams, timespan);
    this.patterns = new EplPatterns(refusals, this.streams, timespan);
  }

  /** All that is wrong with the statement; to be asked once. */
  List<EplRefusals.Unplaced> check(EplNode model) {
    int nodes = count(model);
    if (nodes > MAX_NODES) {
      refusals.add(
          "TOO_LARGE",
          "",
          "the statement has " + nodes + " parts, more than " + MAX_NODES,
          "split the rule");
      return refusals.all();
    }
    statement(model);
    if (streams.count() > MAX_STREAMS) {
      refusals.add(
          "TOO_MANY_STREAMS",
          "from",
          "the statement has " + streams.count() + " streams, more than " + MAX_STREAMS,
          "split the rule");
    }
    return refusals.all();
  }

  private static int count(EplNode node) {
    return 1 + node.below().stream().mapToInt(EplCheck::count).sum();
  }

  private void statement(EplNode model) {
    refusals.allowOnly(
        model, "selectClause", "fromClause", "whereClause", "groupByClause", "havingClause");
    Optional<EplNode> from = model.child("fromClause");
    if (from.isEmpty() || model.child("selectClause").isEmpty()) {
      if (refusals.isEmpty()) {
        refusals.add("NO_SELECT", "", "it is no select statement", "write select … as g from …");
      }
      return;
    }
    refusals.allowOnly(from.get(), "streams", "outerJoinQualifiers");
    List<EplNode> all = from.get().list("streams");
    EplScope scope = new EplScope(List.of(), null);
    boolean windowed = true;
    int driving = 0;
    for (EplNode stream : all) {
      boolean hasWindow =
          stream.is("PatternStream")
              ? patterns.check(stream, scope)
              : streams.filterStream(stream, scope);
      windowed &= hasWindow || stream.flag("unidirectional");
      driving += stream.flag("unidirectional") ? 1 : 0;
    }
    boolean aggregated =
        aggregates(model.child("selectClause")) || aggregates(model.child("havingClause"));
    if (all.size() > 1) {
      join(from.get(), model, scope, windowed, driving);
    } else if (aggregated && (!windowed || driving > 0)) {
      streams.unwindowed("what is counted");
    }
    select(model.child("selectClause").get(), scope);
    model.child("whereClause").ifPresent(where -> expressions.check(where, scope, Place.WHERE));
    model.child("havingClause").ifPresent(having -> expressions.check(having, scope, Place.RESULT));
    boolean grouped = groupBy(model.child("groupByClause"), scope);
    if (aggregated && !grouped) {
      refusals.add(
          "NOT_BY_GROUP",
          "",
          "an aggregate without 'group by g' would mix the groups",
          "write group by g");
    }
  }

  private void join(EplNode from, EplNode model, EplScope scope, boolean windowed, int driving) {
    List<EplNode> all = from.list("streams");
    if (all.stream().anyMatch(stream -> stream.is("PatternStream"))) {
      refusals.add(
          "PATTERN_IN_JOIN", "pattern", "a pattern stands alone in from", "use a subquery");
      return;
    }
    if (all.size() > MAX_JOINED) {
      refusals.add(
          "JOIN_TOO_WIDE",
          "from",
          "more than " + MAX_JOINED + " streams are joined",
          "use exists (select …) for what need not be a row");
    }
    if (!windowed) {
      streams.unwindowed("each joined stream");
    }
    if (driving > 1) {
      refusals.add(
          "UNIDIRECTIONAL", "unidirectional", "more than one stream drives the join", "keep one");
    }
    for (EplNode qualifier : from.list("outerJoinQualifiers")) {
      refusals.allowOnly(qualifier, "type", "left", "right", "additionalProperties");
      if (!qualifier.text("type").equals("INNER")) {
        refusals.add(
            "OUTER_JOIN", "outer", "outer joins are not allowed", "write not exists (select …)");
      }
      bind(qualifier, scope);
      for (EplNode pair : qualifier.list("additionalProperties")) {
        refusals.allowOnly(pair, "left", "right");
        bind(pair, scope);
      }
    }
    model.child("whereClause").ifPresent(scope::bind);
    if (!scope.areAllBound()) {
      refusals.add(
          "UNKEYED_JOIN",
          "from",
          "the streams are not joined by the group",
          "write where a.g = b.g for all of them");
    }
  }

  private void bind(EplNode pair, EplScope scope) {
    Optional<Column> left = pair.child("left").flatMap(node -> expressions.column(node, scope));
    Optional<Column> right = pair.child("right").flatMap(node -> expressions.column(node, scope));
    if (left.isPresent() && right.isPresent()) {
      scope.bind(left.get(), right.get());
    }
  }

  private void select(EplNode clause, EplScope scope) {
    boolean group = false;
    for (EplNode element : selectList(clause)) {
      if (element.is("SelectClauseExpression")) {
        Optional<EplNode> value = selected(element, scope);
        String name = element.text("asName");
        Optional<Column> column = value.flatMap(scope::column);
        boolean named =
            name.equals(EplScope.GROUP)
                || (name.isEmpty() && value.get().text("propertyName").equals(EplScope.GROUP));
        group |=
            named
                && column.isPresent()
                && column.get().isGroup()
                && column.get().source().certain();
      } else if (element.is("SelectClauseWildcard", "SelectClauseStreamWildcard")) {
        refusals.add("SELECT_ALL", "*", "select * is not allowed", "name the columns");
      } else {
        refusals.unknown(element);
      }
    }
    if (!group) {
      refusals.add(
          "NO_GROUP",
          "select",
          "the statement does not select the group that it speaks of",
          "write select x.g as g, where x is always present");
    }
  }

  private List<EplNode> selectList(EplNode clause) {
    refusals.allowOnly(clause, "selectList", "streamSelector");
    if (!clause.text("streamSelector").equals("ISTREAM_ONLY")) {
      refusals.add(
          "RSTREAM", "rstream", "only what comes in is selected", "leave irstream or rstream out");
    }
    return clause.list("selectList");
  }

  private Optional<EplNode> selected(EplNode element, EplScope scope) {
    refusals.allowOnly(element, "expression", "asName");
    String name = element.text("asName");
    if (!name.isEmpty()) {
      streams.plainName(name);
    }
    Optional<EplNode> value = element.child("expression");
    value.ifPresent(node -> expressions.check(node, scope, Place.RESULT));
    return value;
  }

  private boolean groupBy(Optional<EplNode> clause, EplScope scope) {
    boolean grouped = false;
    if (clause.isPresent()) {
      refusals.allowOnly(clause.get(), "groupByExpressions");
      for (EplNode by : clause.get().list("groupByExpressions")) {
        if (!by.is("GroupByClauseExpressionSingle")) {
          refusals.add("ROLLUP", "group", "only plain group by is allowed", "write group by g");
          continue;
        }
        refusals.allowOnly(by, "expression");
        for (EplNode value : by.child("expression").stream().toList()) {
          expressions.check(value, scope, Place.WHERE);
          grouped |= scope.column(value).filter(Column::isGroup).isPresent();
        }
      }
    }
    return grouped;
  }

  private static boolean aggregates(Optional<EplNode> node) {
    return node.filter(EplExpressions::aggregates).isPresent();
  }

  /** A select statement inside another; {@code exists} takes any columns. */
  private void subquery(EplNode model, EplScope outer, boolean exists) {
    refusals.allowOnly(model, "selectClause", "fromClause", "whereClause", "havingClause");
    List<EplNode> from = model.child("fromClause").map(f -> f.list("streams")).orElse(List.of());
    model.child("fromClause").ifPresent(f -> refusals.allowOnly(f, "streams"));
    if (from.size() != 1 || !from.get(0).is("FilterStream")) {
      refusals.add(
          "SUBQUERY_FROM", "", "a subquery selects from one stream", "write one subquery a stream");
      return;
    }
    EplScope scope = new EplScope(List.of(), outer);
    if (!streams.filterStream(from.get(0), scope)) {
      streams.unwindowed("a subquery");
    }
    for (EplNode element : model.child("selectClause").map(this::selectList).orElse(List.of())) {
      if (element.is("SelectClauseExpression")) {
        selected(element, scope);
      } else if (element.is("SelectClauseWildcard")) {
        refusals.allowOnly(element);
        if (!exists) {
          refusals.add("SELECT_ALL", "*", "select * is for exists only", "name the column");
        }
      } else {
        refusals.unknown(element);
      }
    }
    model
        .child("whereClause")
        .ifPresent(
            where -> {
              expressions.check(where, scope, Place.WHERE);
              scope.bind(where);
            });
    if (scope.sources().stream().noneMatch(scope::isBound)) {
      refusals.add(
          "UNKEYED_SUBQUERY",
          "",
          "a subquery is not bound to the group",
          "write where inner.g = outer.g in the subquery");
    }
    model.child("havingClause").ifPresent(having -> expressions.check(having, scope, Place.RESULT));
  }
}
