package io.vigie.correlation;

import io.vigie.correlation.EplScope.Column;
import io.vigie.rules.detection.SafePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which expressions a statement may hold: operators, aggregates and functions that are listed. */
final class EplExpressions {
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

  /** What may stand in an expression at a place. */
  enum Place {
    /** Filters of streams: the event itself and earlier events of a pattern. */
    FILTER,
    WHERE,
    /** The select list and having. */
    RESULT
  }

  /** What looks at a select statement inside an expression. */
  @FunctionalInterface
  interface Subqueries {
    /**
     * Looks at one.
     *
     * @param outer what the place of the expression can name
     * @param exists whether it is only asked for having a row
     */
    void check(EplNode model, EplScope outer, boolean exists);
  }

  private final EplRefusals refusals;
  private final Subqueries subqueries;

  EplExpressions(EplRefusals refusals, Subqueries subqueries) {
    this.refusals = refusals;
    this.subqueries = subqueries;
  }

  /** Whether an aggregate stands in it, subqueries not counted. */
  static boolean aggregates(EplNode node) {
    return AGGREGATES.contains(node.type())
        || (!node.is("EPStatementObjectModel")
            && node.below().stream().anyMatch(EplExpressions::aggregates));
  }

  /** The number of a constant; NaN where it is no constant number. */
  static double number(EplNode constant) {
    return constant.is("ConstantExpression")
            && constant.properties().get("constant") instanceof Number number
        ? number.doubleValue()
        : Double.NaN;
  }

  /** Walks an expression; what is refused of it is reported. */
  void check(EplNode node, EplScope scope, Place place) {
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
        refusals.allowOnly(node, "model");
        inResult(node, scope, place);
      }
      case "SubqueryInExpression" -> {
        operands(node, scope, place, "model", "notIn");
        inResult(node, scope, place);
      }
      default -> refusals.unknown(node);
    }
  }

  private void inResult(EplNode node, EplScope scope, Place place) {
    if (place == Place.FILTER) {
      refusals.add(
          "SUBQUERY_IN_FILTER", "", "a filter looks at its event alone", "write it behind where");
      return;
    }
    boolean exists = node.is("SubqueryExistsExpression");
    node.child("model").ifPresent(model -> subqueries.check(model, scope, exists));
  }

  private void operands(EplNode node, EplScope scope, Place place, String... properties) {
    List<String> allowed = new ArrayList<>(List.of(properties));
    allowed.add("children");
    refusals.allowOnly(node, allowed.toArray(String[]::new));
    node.children().forEach(child -> check(child, scope, place));
  }

  private void operator(EplNode node, Set<String> allowed) {
    String operator = node.text("operator");
    if (!allowed.contains(operator)) {
      refusals.add("OPERATOR", operator, "the operator '" + operator + "' is not allowed", "");
    }
  }

  /** A remainder of zero is an exception, a quotient is not. */
  private void remainder(EplNode node) {
    if (node.text("operator").equals("%")
        && node.children().stream().skip(1).anyMatch(by -> !(Math.abs(number(by)) > 0))) {
      refusals.add(
          "REMAINDER", "%", "the divisor of % is no constant other than 0", "write a constant");
    }
  }

  private void constant(EplNode node) {
    refusals.allowOnly(node, "constant", "constantType");
    if (node.properties().get("constant") instanceof EplNode) {
      refusals.add("CONSTANT", "", "a constant is no text, number or flag", "");
    }
  }

  private void aggregate(EplNode node, EplScope scope, Place place) {
    refusals.allowOnly(node, "children", "distinct");
    if (place != Place.RESULT) {
      refusals.add(
          "AGGREGATE_HERE", "", "an aggregate stands in select or having", "move it to having");
    }
    for (EplNode child : node.children()) {
      boolean star =
          child.is("CrontabParameterExpression") && child.text("type").equals("WILDCARD");
      if (node.is("CountProjectionExpression") && star) {
        refusals.allowOnly(child, "type");
      } else {
        check(child, scope, Place.WHERE);
      }
    }
  }

  private void call(EplNode node, EplScope scope, Place place) {
    List<EplNode> chain = node.list("chain");
    String name = chain.isEmpty() ? "" : chain.get(0).text("name");
    if (chain.size() != 1
        || !chain.get(0).is("DotExpressionItemCall")
        || !name.equals(EplFunctions.MATCHES)) {
      refusals.add(
          "CALL",
          name,
          "'" + name + "' calls something that is no function of rules",
          "use operators, aggregates, and matches(text, 'pattern')");
      return;
    }
    refusals.allowOnly(node, "chain");
    refusals.allowOnly(chain.get(0), "name", "parameters");
    List<EplNode> parameters = chain.get(0).list("parameters");
    Object pattern =
        parameters.size() == 2 && parameters.get(1).is("ConstantExpression")
            ? parameters.get(1).properties().get("constant")
            : null;
    if (!(pattern instanceof String text)) {
      refusals.add(
          "MATCHES", name, "matches needs a text and a constant pattern", "matches(x, 'pattern')");
      return;
    }
    check(parameters.get(0), scope, place);
    constant(parameters.get(1));
    SafePattern.Refused refused = SafePattern.compile(text, 0).refused();
    if (refused != null) {
      refusals.add(refused.code(), name, refused.message(), refused.suggestion());
    }
  }

  /** The column that a node names; where it names none, that is reported. */
  Optional<Column> column(EplNode node, EplScope scope) {
    if (!node.is("PropertyValueExpression")) {
      refusals.unknown(node);
      return Optional.empty();
    }
    refusals.allowOnly(node, "propertyName");
    String name = node.text("propertyName");
    Optional<Column> column = scope.column(node);
    if (column.isEmpty()) {
      refusals.add(
          "NOT_A_COLUMN",
          name,
          "'" + name + "' is no column of one stream here",
          EplRefusals.near(name, scope.names()));
    }
    return column;
  }
}
