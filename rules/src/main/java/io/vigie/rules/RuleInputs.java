package io.vigie.rules;

import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import io.vigie.rules.detection.Predicate;
import io.vigie.rules.detection.PredicateText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the correlations of a set stand on: the log sources that they wait for, and texts that are
 * equal where a rule of another set means the same.
 */
public final class RuleInputs {
  private final RuleSet rules;
  private final LogSources sources;
  private final Map<String, DetectionPlan> detections = new HashMap<>();
  private final PredicateText text;

  public RuleInputs(RuleSet rules, LogSources sources) {
    this.rules = rules;
    this.sources = sources;
    this.text = new PredicateText(rules.fields().names());
    rules.detections().forEach(plan -> detections.put(plan.rule().header().id(), plan));
  }

  /**
   * Ids of the log sources whose events can have a part in the rule. A rule over alerts stands on
   * all.
   */
  public Set<String> sources(CorrelationPlan plan) {
    Set<String> ids = new TreeSet<>();
    plan.members().forEach(member -> addSources(member, ids));
    if (ids.contains(RuleSet.ALERTS)) {
      sources.all().forEach(source -> ids.add(source.id()));
    }
    return ids;
  }

  private void addSources(String member, Set<String> ids) {
    CorrelationPlan lower = rules.correlations().get(member);
    if (lower != null) {
      ids.addAll(sources(lower));
    }
    DetectionPlan detection = detections.get(member);
    if (detection != null) {
      Rule.Detection rule = detection.rule();
      sources.serving(rule.product(), rule.category(), rule.service()).stream()
          .map(LogSource::id)
          .forEach(ids::add);
    }
  }

  /** What the matches of the rule are: equal texts mean equal matches, group for group. */
  public String inputs(CorrelationPlan plan) {
    List<String> lines = new ArrayList<>();
    for (int step = 0; step < plan.members().size(); step++) {
      lines.add(
          "%d %s by %s of %s%n%s"
              .formatted(
                  step,
                  plan.ends(step) ? "ends" : "counts",
                  names(plan.groupSlots()[step]),
                  names(plan.valueSlots()[step]),
                  meaning(plan.members().get(step))));
    }
    return plan.level() + "\n" + String.join("\n", lines);
  }

  /** What these matches must fulfil, and which alerts come of it. */
  public String condition(CorrelationPlan plan) {
    Rule.Correlation rule = plan.rule();
    CorrelationCondition condition = rule.condition();
    String conditionText =
        condition instanceof Statement statement
            ? statement.epl() + statement.texts() + statement.numbers() + rule.rules()
            : condition.toString();
    return String.join(
        "\n",
        rule.header().version(),
        rule.type().toString(),
        rule.timespan().toString(),
        rule.suppress().toString(),
        conditionText);
  }

  private String meaning(String member) {
    CorrelationPlan lower = rules.correlations().get(member);
    if (lower != null) {
      return member + "\n" + inputs(lower) + "\n" + condition(lower);
    }
    DetectionPlan detection = detections.get(member);
    return member + "\n" + (detection == null ? "" : meaning(detection.rule()));
  }

  private String meaning(Rule.Detection rule) {
    Predicate predicate = rule.predicate();
    return "%s/%s/%s%n%s"
        .formatted(
            rule.product(),
            rule.category(),
            rule.service(),
            String.join("\n", text.tree(predicate, field -> "")));
  }

  private String names(int[] slots) {
    List<String> names = rules.fields().names();
    return Arrays.stream(slots).mapToObj(names::get).collect(Collectors.joining(", ", "[", "]"));
  }
}
