package io.vigie.rules;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.RuleSet.Use;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.Epl;
import io.vigie.rules.detection.Fields;
import io.vigie.rules.testing.RuleTest;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Resolves what rules name of each other, first in their own file, then in the whole set. */
final class RuleLinker {
  private static final int[] NONE = {};

  private final List<List<Rule>> files;
  private final LogSources sources;
  private final Fields fields;
  private final Problems problems;

  private final Map<String, Rule> byId = new LinkedHashMap<>();
  private final Map<String, List<Rule>> membersOf = new HashMap<>();
  private final Map<String, List<Use>> usesOf = new HashMap<>();
  private final Set<String> silenced = new HashSet<>();
  private final Set<String> inactive = new HashSet<>();

  RuleLinker(List<List<Rule>> files, LogSources sources, Fields fields, Problems problems) {
    this.files = files;
    this.sources = sources;
    this.fields = fields;
    this.problems = problems;
  }

  RuleSet link(List<RuleTest> tests) {
    files.forEach(file -> file.forEach(this::register));
    for (List<Rule> file : files) {
      for (Rule rule : file) {
        if (rule instanceof Rule.Correlation correlation && byId.get(id(rule)) == rule) {
          resolve(correlation, file);
        }
      }
    }
    detections().forEach(this::noteMissingSource);
    List<CorrelationPlan> plans = new ArrayList<>();
    for (Rule.Correlation correlation : correlations().toList()) {
      plan(correlation).ifPresent(plans::add);
    }
    Map<String, CorrelationPlan> active = new LinkedHashMap<>();
    plans.stream()
        .filter(plan -> !inactive.contains(plan.id()))
        .forEach(plan -> active.put(plan.id(), plan));
    active.replaceAll((id, plan) -> plan.with(uses(plan.rule(), active.keySet())));
    return new RuleSet(
        detections()
            .filter(rule -> !inactive.contains(id(rule)))
            .map(rule -> new DetectionPlan(rule, alerts(rule), uses(rule, active.keySet())))
            .toList(),
        active,
        RuleSet.byId(List.copyOf(byId.values())),
        tests,
        fields);
  }

  private void register(Rule rule) {
    Rule other = byId.putIfAbsent(id(rule), rule);
    if (other != null) {
      of(rule)
          .error(
              rule.header().place(),
              "DUPLICATE_ID",
              "the id " + id(rule) + " is taken by " + other.header().file(),
              "give each rule its own");
    }
  }

  private void resolve(Rule.Correlation correlation, List<Rule> file) {
    List<Rule> members = new ArrayList<>();
    for (String name : correlation.named()) {
      Optional<Rule> member =
          find(name, file.stream()).or(() -> find(name, byId.values().stream()));
      if (member.isEmpty()) {
        error(
            correlation,
            "UNKNOWN_RULE",
            "it names the rule '" + name + "', which is not there or has problems itself",
            Problems.didYouMean(
                name, byId.values().stream().map(rule -> rule.header().name()).toList()));
        return;
      }
      members.add(member.get());
    }
    membersOf.put(id(correlation), members);
    if (!correlation.generate()) {
      members.forEach(member -> silenced.add(id(member)));
    }
  }

  private static Optional<Rule> find(String name, Stream<Rule> rules) {
    return rules
        .filter(rule -> rule.header().name().equals(name) || id(rule).equals(name))
        .findFirst();
  }

  private void noteMissingSource(Rule.Detection rule) {
    if (rule.predicate().isNever()) {
      inactive.add(id(rule));
    }
    if (sources.serving(rule.product(), rule.category(), rule.service()).isEmpty()) {
      inactive.add(id(rule));
      of(rule)
          .note(
              rule.header().place(),
              "NO_LOG_SOURCE",
              "no log source serves "
                  + Stream.of(rule.product(), rule.category(), rule.service())
                      .filter(Objects::nonNull)
                      .collect(Collectors.joining("/"))
                  + ", so '"
                  + rule.header().title()
                  + "' never matches",
              nearService(rule));
    }
  }

  private String nearService(Rule.Detection rule) {
    String prefix = "product=" + rule.product() + " ";
    List<String> services =
        sources.all().stream()
            .flatMap(source -> source.sigmaNames().stream())
            .filter(name -> name.startsWith(prefix) && name.contains("service="))
            .map(name -> name.substring(name.indexOf("service=") + "service=".length()))
            .toList();
    return rule.service() == null ? "" : Problems.didYouMean(rule.service(), services);
  }

  private Optional<CorrelationPlan> plan(Rule.Correlation correlation) {
    List<Rule> members = membersOf.get(id(correlation));
    if (members == null) {
      return Optional.empty();
    }
    int level = level(correlation, new HashSet<>());
    if (level > RuleSet.MAX_LEVEL) {
      error(
          correlation,
          "TOO_MANY_LEVELS",
          "correlations over correlations go " + RuleSet.MAX_LEVEL + " levels deep, or in a circle",
          "");
      return Optional.empty();
    }
    for (int step = 0; step < members.size(); step++) {
      if (!use(correlation, members.get(step), step)) {
        return Optional.empty();
      }
    }
    noteInactive(correlation, members);
    return Optional.of(
        new CorrelationPlan(
            correlation,
            level,
            members.stream().map(RuleLinker::id).toList(),
            Epl.of(correlation.condition(), correlation.timespan()),
            slots(correlation, correlation.groupBy()),
            slots(correlation, correlation.condition().fields()),
            alerts(correlation),
            List.of()));
  }

  /** By step: each rule may call a field by another name. */
  private int[][] slots(Rule.Correlation correlation, List<String> written) {
    return correlation.named().stream()
        .map(
            rule ->
                written.stream()
                    .mapToInt(field -> fields.slot(correlation.field(field, rule)))
                    .toArray())
        .toArray(int[][]::new);
  }

  /** One more than {@link RuleSet#MAX_LEVEL} where the rules go round in a circle. */
  private int level(Rule.Correlation correlation, Set<String> path) {
    if (!path.add(id(correlation))) {
      return RuleSet.MAX_LEVEL + 1;
    }
    int below = 0;
    for (Rule member : membersOf.getOrDefault(id(correlation), List.of())) {
      if (member instanceof Rule.Correlation lower) {
        below = Math.max(below, level(lower, path));
      } else if (member instanceof Rule.Detection detection && isOverAlerts(detection)) {
        below = Math.max(below, RuleSet.MAX_LEVEL - 1);
      }
    }
    path.remove(id(correlation));
    return below + 1;
  }

  private boolean use(Rule.Correlation correlation, Rule member, int step) {
    int[] group = NONE;
    int[] values = NONE;
    if (member instanceof Rule.Correlation lower) {
      String name = correlation.named().get(step);
      List<String> counted = correlation.condition().fields();
      group = positions(correlation, name, correlation.groupBy(), lower);
      values = positions(correlation, name, counted, lower);
      if (group.length < correlation.groupBy().size() || values.length < counted.size()) {
        error(
            correlation,
            "GROUP_NOT_KNOWN",
            "its group-by and counted fields must be group-by fields of '"
                + lower.header().name()
                + "', which has "
                + lower.alertFields(),
            "add them there");
        return false;
      }
    }
    usesOf
        .computeIfAbsent(id(member), id -> new ArrayList<>())
        .add(new Use(id(correlation), step, group, values));
    return true;
  }

  private static int[] positions(
      Rule.Correlation upper, String name, List<String> wanted, Rule.Correlation lower) {
    return wanted.stream()
        .mapToInt(field -> lower.alertFields().indexOf(upper.field(field, name)))
        .filter(at -> at >= 0)
        .toArray();
  }

  private void noteInactive(Rule.Correlation correlation, List<Rule> members) {
    IntPredicate active = step -> !inactive.contains(id(members.get(step)));
    boolean any = IntStream.range(0, correlation.rules().size()).anyMatch(active);
    if (!any || !canHold(correlation.condition(), active)) {
      inactive.add(id(correlation));
      of(correlation)
          .note(
              correlation.header().place(),
              "NEVER_SATISFIED",
              "'" + correlation.header().title() + "' names rules that never match",
              "");
    }
  }

  private static boolean canHold(CorrelationCondition condition, IntPredicate active) {
    if (condition instanceof CorrelationCondition.InOrder order) {
      return order.positions().stream()
          .allMatch(
              position ->
                  position.negated()
                      || position.steps().stream().anyMatch(step -> active.test(step)));
    }
    if (condition instanceof CorrelationCondition.Together together) {
      return canHold(together.presence(), active);
    }
    return true;
  }

  private static boolean canHold(Presence presence, IntPredicate active) {
    if (presence instanceof Presence.AtLeast some) {
      return some.parts().stream().filter(part -> canHold(part, active)).count() >= some.count();
    }
    return presence instanceof Presence.Of of && active.test(of.step());
  }

  /** Alerts are events of this source, and known only when what they are about is decided. */
  private boolean isOverAlerts(Rule.Detection rule) {
    return sources.serving(rule.product(), rule.category(), rule.service()).stream()
        .anyMatch(source -> source.id().equals(RuleSet.ALERTS));
  }

  private boolean alerts(Rule rule) {
    return !silenced.contains(id(rule));
  }

  private List<Use> uses(Rule rule, Set<String> active) {
    return usesOf.getOrDefault(id(rule), List.of()).stream()
        .filter(use -> active.contains(use.correlation()))
        .toList();
  }

  private Stream<Rule.Detection> detections() {
    return byId.values().stream()
        .filter(Rule.Detection.class::isInstance)
        .map(Rule.Detection.class::cast);
  }

  private Stream<Rule.Correlation> correlations() {
    return byId.values().stream()
        .filter(Rule.Correlation.class::isInstance)
        .map(Rule.Correlation.class::cast)
        .sorted(Comparator.comparingInt(rule -> level(rule, new HashSet<>())));
  }

  private void error(Rule rule, String code, String message, String suggestion) {
    of(rule).error(rule.header().place(), code, message, suggestion);
  }

  private Problems.OfFile of(Rule rule) {
    return problems.of(rule.header().file());
  }

  private static String id(Rule rule) {
    return rule.header().id();
  }
}
