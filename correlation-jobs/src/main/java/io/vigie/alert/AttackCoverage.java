package io.vigie.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.rules.Rule;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which techniques of MITRE ATT&amp;CK a rule set alerts on. Only rules that alert count: what a
 * rule below a correlation finds, nobody is told.
 */
public final class AttackCoverage {
  /** Source: MITRE ATT&amp;CK Navigator, layers/spec/v4.5/layerformat.md. */
  private static final String LAYER_FORMAT = "4.5";

  private final RuleSet rules;
  private final Function<Rule.Detection, Collection<String>> sources;
  private final List<Covering> covering = new ArrayList<>();

  /**
   * A rule that alerts.
   *
   * @param techniques sub-techniques among them, without the techniques they belong to
   * @param tactics titles
   * @param sources ids of the log sources that it reads
   */
  private record Covering(
      RuleHeader rule, Set<String> techniques, Set<String> tactics, Set<String> sources) {}

  /**
   * @param sources ids of the log sources that a detection rule is about
   */
  public AttackCoverage(RuleSet rules, Function<Rule.Detection, Collection<String>> sources) {
    this.rules = rules;
    this.sources = sources;
    rules.correlations().values().stream()
        .filter(CorrelationPlan::alerts)
        .forEach(plan -> add(plan.rule().header()));
    rules.detections().stream()
        .filter(plan -> plan.alerts())
        .forEach(plan -> add(plan.rule().header()));
    covering.sort(Comparator.comparing(each -> each.rule.title()));
  }

  private void add(RuleHeader rule) {
    ObjectNode threat = Attack.threat(rule.tags());
    Set<String> techniques = texts(threat.at("/technique/id"));
    Set<String> subtechniques = texts(threat.at("/technique/subtechnique/id"));
    Set<String> own = new TreeSet<>(subtechniques);
    for (String technique : techniques) {
      boolean narrowed = subtechniques.stream().anyMatch(sub -> sub.startsWith(technique + "."));
      if (!narrowed || rule.tags().stream().anyMatch(("attack." + technique)::equalsIgnoreCase)) {
        own.add(technique);
      }
    }
    Set<String> read = new TreeSet<>();
    collectSources(rule.id(), read);
    covering.add(new Covering(rule, own, texts(threat.at("/tactic/name")), read));
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new TreeSet<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private void collectSources(String id, Set<String> found) {
    CorrelationPlan plan = rules.correlations().get(id);
    if (plan != null) {
      plan.members().forEach(member -> collectSources(member, found));
      return;
    }
    rules.detections().stream()
        .map(detection -> detection.rule())
        .filter(rule -> rule.header().id().equals(id))
        .forEach(rule -> found.addAll(sources.apply(rule)));
  }

  /** Titles of the rules by technique. */
  private Map<String, List<String>> byTechnique() {
    Map<String, List<String>> byTechnique = new TreeMap<>();
    for (Covering each : covering) {
      for (String technique : each.techniques) {
        byTechnique.computeIfAbsent(technique, id -> new ArrayList<>()).add(each.rule.title());
      }
    }
    return byTechnique;
  }

  /** A layer for the ATT&amp;CK Navigator: a technique's score is the number of its rules. */
  public ObjectNode layer(String name) {
    Map<String, List<String>> byTechnique = byTechnique();
    ObjectNode layer = JsonNodeFactory.instance.objectNode();
    layer.put("name", name);
    layer.putObject("versions").put("layer", LAYER_FORMAT);
    layer.put("domain", "enterprise-attack");
    layer.put("description", covering.size() + " rules that alert; score: number of rules");
    ArrayNode techniques = layer.putArray("techniques");
    byTechnique.forEach(
        (id, titles) ->
            techniques
                .addObject()
                .put("techniqueID", id)
                .put("score", titles.size())
                .put("comment", String.join("\n", titles))
                .put("enabled", true)
                .put("showSubtechniques", id.contains(".")));
    ObjectNode gradient = layer.putObject("gradient");
    gradient.putArray("colors").add("#ffffff").add("#2c7fb8");
    gradient.put("minValue", 0);
    gradient.put("maxValue", byTechnique.values().stream().mapToInt(List::size).max().orElse(1));
    return layer;
  }

  /** Tactics and log sources with the number of rules, and the rules that name no technique. */
  public List<String> table() {
    Set<String> columns = new TreeSet<>();
    covering.forEach(each -> columns.addAll(each.sources));
    List<String> lines = new ArrayList<>();
    int width = Attack.tactics().stream().mapToInt(String::length).max().orElse(0);
    lines.add(row("", width, columns.stream().toList(), "all", columns));
    for (String tactic : Attack.tactics()) {
      List<String> cells =
          columns.stream()
              .map(
                  source ->
                      count(
                          covering.stream()
                              .filter(
                                  each ->
                                      each.tactics.contains(tactic)
                                          && each.sources.contains(source))))
              .toList();
      String all = count(covering.stream().filter(each -> each.tactics.contains(tactic)));
      lines.add(row(tactic, width, cells, all, columns));
    }
    lines.add("");
    lines.add(
        "%d rules that alert, %d techniques".formatted(covering.size(), byTechnique().size()));
    List<Covering> without = covering.stream().filter(each -> each.techniques.isEmpty()).toList();
    if (!without.isEmpty()) {
      lines.add(without.size() + " rules without a technique (tags: [attack.t1078, …]):");
      without.forEach(each -> lines.add("  " + each.rule.title() + " (" + each.rule.file() + ")"));
    }
    return lines;
  }

  private static String count(Stream<Covering> rules) {
    long count = rules.count();
    return count == 0 ? "." : String.valueOf(count);
  }

  private static String row(
      String name, int width, List<String> cells, String all, Set<String> columns) {
    StringBuilder row = new StringBuilder(pad(name, width));
    int i = 0;
    for (String column : columns) {
      row.append("  ").append(" ".repeat(Math.max(0, column.length() - cells.get(i).length())));
      row.append(cells.get(i++));
    }
    return row.append("  ")
        .append(" ".repeat(Math.max(0, 3 - all.length())))
        .append(all)
        .toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
