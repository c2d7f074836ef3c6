package io.vigie.rules;

import io.vigie.rules.detection.Fields;
import io.vigie.rules.testing.RuleTest;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rules that work together: each knows by whom it is named.
 *
 * @param detections in the order of the files
 * @param correlations in the order of the files
 * @param headers of all rules, by id
 * @param fields that the rules look at
 */
public record RuleSet(
    List<DetectionPlan> detections,
    Map<String, CorrelationPlan> correlations,
    Map<String, RuleHeader> headers,
    List<RuleTest> tests,
    Fields fields) {

  /** A correlation over a correlation over a correlation is the highest that there is. */
  public static final int MAX_LEVEL = 3;

  /** The log source whose events are alerts. */
  public static final String ALERTS = "vigie.alert";

  /**
   * A detection rule and what becomes of its matches.
   *
   * @param alerts whether a match is an alert
   * @param uses by correlations
   */
  public record DetectionPlan(Rule.Detection rule, boolean alerts, List<Use> uses) {}

  /**
   * A correlation rule and what becomes of the times at which it is satisfied.
   *
   * @param level 1 over detection rules only, else one more than the highest that it names
   * @param members ids of the rules that it names, by step
   * @param epl decides it; empty for {@code new_terms}
   * @param groupSlots by step, of its group-by fields, in {@link Fields}
   * @param valueSlots by step, of the fields whose values a match brings along
   * @param alerts whether it alerts
   * @param uses by other correlations
   */
  public record CorrelationPlan(
      Rule.Correlation rule,
      int level,
      List<String> members,
      String epl,
      int[][] groupSlots,
      int[][] valueSlots,
      boolean alerts,
      List<Use> uses) {

    public String id() {
      return rule.header().id();
    }

    /** Whether the step is a rule whose matches empty the window. */
    public boolean ends(int step) {
      return step >= rule.rules().size();
    }

    CorrelationPlan with(List<Use> newUses) {
      return new CorrelationPlan(
          rule, level, members, epl, groupSlots, valueSlots, alerts, newUses);
    }
  }

  /**
   * A place in a correlation's list of rules.
   *
   * @param correlation its id
   * @param step from 0
   * @param group for a correlation that is named by another: where each group-by value of the other
   *     stands among its own; empty for a detection rule
   * @param values the same for the values that the other takes from a match
   */
  public record Use(String correlation, int step, int[] group, int[] values) {}

  /**
   * Reads and joins the files. Rules with problems are left out, and what names them; whoever must
   * not run half a set asks the problems.
   */
  public static RuleSet of(RulePack pack, Problems problems) {
    Fields fields = new Fields();
    List<RuleReader.Content> contents = RuleReader.readAll(pack, fields, problems);
    List<RuleTest> tests = new ArrayList<>();
    contents.forEach(content -> tests.addAll(content.tests()));
    return new RuleLinker(
            contents.stream().map(RuleReader.Content::rules).toList(),
            pack.sources(),
            fields,
            problems)
        .link(tests);
  }

  /** The set of a pack that somebody has read before and found without errors. */
  public static RuleSet ofChecked(RulePack pack) {
    return of(pack, new Problems());
  }

  /** The rule's header by its id. */
  public RuleHeader header(String id) {
    return Optional.ofNullable(headers.get(id))
        .orElseThrow(() -> new IllegalArgumentException("no rule has the id " + id));
  }

  static Map<String, RuleHeader> byId(List<Rule> rules) {
    Map<String, RuleHeader> headers = new TreeMap<>();
    rules.forEach(rule -> headers.put(rule.header().id(), rule.header()));
    return headers;
  }
}
