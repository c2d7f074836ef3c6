package io.vigie.correlation;

import io.vigie.correlation.EplSandbox.Refusal;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads rules, and checks the EPL statements that their authors wrote. */
public final class CheckedRules {
  private CheckedRules() {}

  /**
   * Reads and joins the files, as {@link RuleSet#of} does. A set with errors must not run; it may
   * hold statements that are refused.
   */
  public static RuleSet of(RulePack pack, Problems problems) {
    RuleSet rules = RuleSet.of(pack, problems);
    for (CorrelationPlan plan : rules.correlations().values()) {
      if (plan.rule().condition() instanceof Statement statement) {
        check(plan, statement, pack, problems.of(plan.rule().header().file()));
      }
    }
    return rules;
  }

  private static void check(
      CorrelationPlan plan, Statement statement, RulePack pack, Problems.OfFile problems) {
    List<String> streams = plan.rule().rules();
    Map<String, Set<String>> columns = new TreeMap<>();
    streams.forEach(stream -> columns.put(stream, statement.allColumns()));
    List<Refusal> refusals = EplSandbox.check(statement.epl(), columns, plan.rule().timespan());
    for (Refusal refusal : refusals) {
      problems.error(
          place(refusal, statement, lines(pack, problems.file())),
          "EPL_" + refusal.code(),
          refusal.reason(),
          refusal.instead());
    }
    if (refusals.isEmpty()) {
      EsperStatement.uncompilable(statement, streams)
          .ifPresent(
              why ->
                  problems.error(
                      statement.place(),
                      "EPL_DOES_NOT_COMPILE",
                      why,
                      "columns under 'fields' are texts, those under 'numbers' are numbers"));
    }
  }

  private static List<String> lines(RulePack pack, String file) {
    return pack.files().stream()
        .filter(each -> each.name().equals(file))
        .findFirst()
        .map(each -> Arrays.asList(new String(each.yaml(), StandardCharsets.UTF_8).split("\n", -1)))
        .orElse(List.of());
  }

  /** A text of several lines begins on the line after its key, as far in as its first line is. */
  private static Place place(Refusal refusal, Statement statement, List<String> lines) {
    Place start = statement.place();
    if (refusal.line() == 0) {
      return start;
    }
    if (statement.epl().indexOf('\n') < 0) {
      return new Place(start.line(), start.column() + refusal.column() - 1);
    }
    String first = start.line() < lines.size() ? lines.get(start.line()) : "";
    int indent = first.length() - first.stripLeading().length();
    return new Place(start.line() + refusal.line(), indent + Math.max(1, refusal.column()));
  }
}
