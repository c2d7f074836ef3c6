package io.vigie.correlation;

import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is refused of one statement, in the order in which it was met. Whatever is not allowed by
 * name is refused here, and what authors are told of it is written here.
 */
final class EplRefusals {
  /**
   * A refusal whose place in the text is not known.
   *
   * @param code a stable name for this kind of refusal
   * @param word what stands in the text where it is refused; may be empty
   * @param instead what to write instead; may be empty
   */
  record Unplaced(String code, String word, String reason, String instead) {}

  /** What a refused kind of node, or a refused property ({@code Kind.property}), is to authors. */
  private static final Map<String, Unplaced> KNOWN = known();

  private final List<Unplaced> refusals = new ArrayList<>();

  private static Map<String, Unplaced> known() {
    Map<String, Unplaced> known = new HashMap<>();
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
      Map<String, Unplaced> known, String code, String word, String instead, String... kinds) {
    for (String kind : kinds) {
      known.put(kind, new Unplaced(code, word, "'" + readable(kind) + "' is not allowed", instead));
    }
  }

  /** {@code NewInstanceOperatorExpression} is "new instance operator". */
  private static String readable(String kind) {
    return kind.substring(kind.indexOf('.') + 1)
        .replaceAll("(Projection)?(Expression|Expr|Clause)$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  boolean isEmpty() {
    return refusals.isEmpty();
  }

  List<Unplaced> all() {
    return List.copyOf(refusals);
  }

  void add(String code, String word, String reason, String instead) {
    refusals.add(new Unplaced(code, word, reason, instead));
  }

  /** Everything that the node shows beyond these properties is refused. */
  void allowOnly(EplNode node, String... allowed) {
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

  /** Refuses a kind of node, in words of its own where authors are likely to write it. */
  void unknown(EplNode node) {
    unknown(node.type());
  }

  private void unknown(String kind) {
    refusals.add(
        KNOWN.getOrDefault(
            kind,
            new Unplaced(
                "NOT_ALLOWED",
                "",
                "'" + readable(kind) + "' is not known to be harmless",
                "use the forms that the rule language lists for EPL")));
  }

  /** Whether authors are told in words of its own that this kind of node is refused. */
  static boolean isNamed(EplNode node) {
    return KNOWN.containsKey(node.type());
  }

  /** What to write instead of a name that is none of these. */
  static String near(String written, Collection<String> names) {
    String near = Problems.didYouMean(written, names);
    return near.isEmpty() ? "one of " + String.join(", ", names.stream().sorted().toList()) : near;
  }
}
