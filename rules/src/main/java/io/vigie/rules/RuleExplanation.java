package io.vigie.rules;

import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.DetectionTrace;
import io.vigie.rules.detection.EventView;
import io.vigie.rules.detection.Placeholders;
import io.vigie.yaml.YamlValue.YamlMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Why one event matches a rule or does not, as a tree in lines: {@code ✓} before what holds and
 * {@code ✗} before what does not. Of a correlation each detection rule below it is explained.
 */
public final class RuleExplanation {
  private static final String INDENT = "  ";

  private final RulePack pack;
  private final RuleSet rules;
  private final Placeholders placeholders;

  /**
   * @param rules of the pack, read without errors
   */
  public RuleExplanation(RulePack pack, RuleSet rules) {
    this.pack = pack;
    this.rules = rules;
    this.placeholders = RuleReader.placeholders(pack);
  }

  /**
   * Explains a rule of the set.
   *
   * @param source whose event it is
   */
  public List<String> of(RuleHeader rule, LogSource source, Event event) {
    List<String> lines = new ArrayList<>();
    explain(rule, source, event, "", lines);
    return lines;
  }

  private void explain(
      RuleHeader rule, LogSource source, Event event, String indent, List<String> lines) {
    CorrelationPlan correlation = rules.correlations().get(rule.id());
    if (correlation == null) {
      rules.detections().stream()
          .filter(plan -> plan.rule().header().id().equals(rule.id()))
          .forEach(plan -> explain(plan, source, event, indent, lines));
      return;
    }
    Rule.Correlation written = correlation.rule();
    String type = written.type().name().toLowerCase(Locale.ROOT);
    String named = String.join(", ", written.named());
    lines.add(indent + rule.name() + ": " + type + " over " + named);
    for (int step = 0; step < correlation.members().size(); step++) {
      String member = correlation.members().get(step);
      explain(rules.header(member), source, event, indent + INDENT, lines);
      if (!rules.correlations().containsKey(member)) {
        String name = written.named().get(step);
        List<String> fields =
            written.groupBy().stream().map(field -> written.field(field, name)).toList();
        lines.add(indent + INDENT + INDENT + "group: " + group(fields, source, event));
      }
    }
  }

  private static String group(List<String> fields, LogSource source, Event event) {
    StringJoiner group = new StringJoiner(", ");
    boolean complete = true;
    for (String field : fields) {
      Set<String> values = new TreeSet<>();
      source.field(field).read(event.payload()).stream()
          .filter(value -> value.isValueNode() && !value.isNull())
          .forEach(value -> values.add(value.asText()));
      group.add(field + (values.isEmpty() ? " is missing" : " = " + String.join(" and ", values)));
      complete &= !values.isEmpty();
    }
    if (fields.isEmpty()) {
      return "one for all events";
    }
    return complete ? group.toString() : group + ": a match of this event counts in no group";
  }

  private void explain(
      DetectionPlan plan, LogSource source, Event event, String indent, List<String> lines) {
    Rule.Detection rule = plan.rule();
    RuleHeader header = rule.header();
    boolean served = source.serves(rule.product(), rule.category(), rule.service());
    boolean matches = rule.predicate().test(EventView.of(source, rules.fields()).of(event));
    lines.add(
        "%s%s %s (%s:%d)"
            .formatted(
                indent,
                mark(served && matches),
                header.name(),
                header.file(),
                header.place().line()));
    if (!served) {
      List<String> serving =
          pack.sources().serving(rule.product(), rule.category(), rule.service()).stream()
              .map(LogSource::id)
              .toList();
      lines.add(
          "%s%s logsource: the rule never sees events of %s, %s"
              .formatted(
                  indent + INDENT,
                  mark(false),
                  source,
                  serving.isEmpty()
                      ? "no log source has the names that it asks for"
                      : "only those of " + String.join(", ", serving)));
    }
    boolean written = false;
    for (DetectionTrace.Node node : trace(header, source, event)) {
      written |= node.holds();
      draw(node, indent + INDENT, lines);
    }
    if (written != matches) {
      lines.add(
          indent
              + INDENT
              + mark(matches)
              + " with the filter documents that name the rule it "
              + (matches ? "matches" : "does not match"));
    }
  }

  private List<DetectionTrace.Node> trace(RuleHeader header, LogSource source, Event event) {
    return pack.document(header)
        .flatMap(document -> document.get("detection"))
        .map(detection -> DetectionTrace.of((YamlMap) detection, placeholders, source, event))
        .orElse(List.of());
  }

  private static void draw(DetectionTrace.Node node, String indent, List<String> lines) {
    String line = indent + mark(node.holds()) + " " + node.text();
    lines.add(node.notes().isEmpty() ? line : line + "   ← " + String.join("; ", node.notes()));
    node.parts().forEach(part -> draw(part, indent + INDENT, lines));
  }

  private static String mark(boolean holds) {
    return holds ? "✓" : "✗";
  }
}
