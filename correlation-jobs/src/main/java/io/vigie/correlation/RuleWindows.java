package io.vigie.correlation;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Opens the windows of a rule set. */
final class RuleWindows {
  private RuleWindows() {}

  /** By rule id. */
  static Map<String, RuleWindow> ofLevel(RuleSet rules, int level) {
    Map<String, RuleWindow> windows = new TreeMap<>();
    for (CorrelationPlan plan : rules.correlations().values()) {
      if (plan.level() == level) {
        windows.put(plan.id(), open(rules, plan));
      }
    }
    return windows;
  }

  /** An empty window. */
  static RuleWindow open(RuleSet rules, CorrelationPlan plan) {
    return open(rules, plan, Guard.NONE);
  }

  /** An empty window that is watched. */
  static RuleWindow open(RuleSet rules, CorrelationPlan plan, RuleBreaker breaker) {
    return breaker.watch(guard -> open(rules, plan, guard));
  }

  private static RuleWindow open(RuleSet rules, CorrelationPlan plan, Guard guard) {
    Set<Integer> correlationSteps = correlationSteps(rules, plan);
    return plan.rule().condition() instanceof CorrelationCondition.NewTerms terms
        ? new NewTermsWindow(plan, terms, correlationSteps, guard)
        : new StatementWindow(plan, correlationSteps, guard);
  }

  private static Set<Integer> correlationSteps(RuleSet rules, CorrelationPlan plan) {
    Set<Integer> steps = new TreeSet<>();
    for (int step = 0; step < plan.members().size(); step++) {
      if (rules.correlations().containsKey(plan.members().get(step))) {
        steps.add(step);
      }
    }
    return steps;
  }
}
