package io.vigie.rules.lint;

import io.vigie.rules.RulePack;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.List;

/** Looks for what is unwise in rules: dead parts, fields that are not there, costs. */
public final class RuleLint {
  private static final List<Check> CHECKS =
      List.of(
          new FieldCheck(),
          new ConditionCheck(),
          new ValueCheck(),
          new HeaderCheck(),
          new CostCheck(),
          new CorrelationCheck());

  private RuleLint() {}

  /**
   * Adds what the checks find to what the reader of the rules found.
   *
   * @return all of it, in the order of {@link Problem#ORDER}
   */
  public static List<Problem> check(RulePack pack, Problems problems) {
    RuleDocuments documents = new RuleDocuments(pack);
    for (RuleDocument document : documents.all()) {
      Problems.OfFile ofFile = problems.of(document.file());
      CHECKS.forEach(check -> check.check(document, documents, ofFile));
    }
    return problems.all().stream().distinct().sorted(Problem.ORDER).toList();
  }
}
