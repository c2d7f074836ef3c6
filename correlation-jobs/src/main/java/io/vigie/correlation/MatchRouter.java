package io.vigie.correlation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.Enrichers;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.RuleSet.Use;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.detection.EventView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends what the events of one log source match to where it is wanted: to the correlations that
 * name the matched rule, by group, and to the alerts. The ECS document of an event is built, and
 * enriched, only when something matched.
 */
public final class MatchRouter {
  /** A list-valued group-by field puts a match into many groups; more than this is an attack. */
  private static final int MAX_GROUPS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LogSource source;
  private final Map<String, CorrelationPlan> correlations;
  private final RuleMatcher matcher;
  private final Enrichers enrichers;

  public MatchRouter(LogSource source, RuleSet rules, Enrichers enrichers) {
    this.source = source;
    this.correlations = rules.correlations();
    this.matcher = new RuleMatcher(source, rules);
    this.enrichers = enrichers;
  }

  /**
   * Routes one event.
   *
   * @param toCorrelate a match for each correlation, step and group
   * @param toAlert a match for each detection rule that alerts by itself; its rule is that rule
   */
  public void route(Event event, Consumer<Match> toCorrelate, Consumer<Match> toAlert) {
    RuleMatcher.Result matched = matcher.match(event);
    if (matched.rules().isEmpty()) {
      return;
    }
    byte[] document = document(event);
    for (DetectionPlan plan : matched.rules()) {
      List<Evidence> evidence =
          List.of(
              new Evidence(
                  plan.rule().header().name(), source.updatedAt(event), event.id(), document));
      if (plan.alerts()) {
        toAlert.accept(
            new Match(
                plan.rule().header().id(),
                List.of(),
                0,
                event.timestamp(),
                event.id(),
                List.of(),
                1,
                evidence));
      }
      for (Use use : plan.uses()) {
        route(event, use, matched.view(), evidence, toCorrelate);
      }
    }
  }

  private void route(
      Event event, Use use, EventView view, List<Evidence> evidence, Consumer<Match> toCorrelate) {
    CorrelationPlan correlation = correlations.get(use.correlation());
    if (correlation == null) {
      return;
    }
    int[] valueSlots = correlation.valueSlots()[use.step()];
    List<String> values =
        correlation.rule().type() == CorrelationType.EPL
            ? columns(valueSlots, view)
            : tuples(valueSlots, view);
    for (List<String> group : groups(correlation.groupSlots()[use.step()], view)) {
      toCorrelate.accept(
          new Match(
              use.correlation(),
              group,
              use.step(),
              event.timestamp(),
              event.id(),
              values,
              1,
              evidence));
    }
  }

  /** None where a group-by field is missing: such a match does not count. */
  private static List<List<String>> groups(int[] slots, EventView view) {
    List<List<String>> groups = List.of(List.of());
    for (int slot : slots) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> group : groups) {
        for (String value : view.values(slot).scalars()) {
          if (longer.size() < MAX_GROUPS) {
            List<String> extended = new ArrayList<>(group);
            extended.add(value);
            longer.add(extended);
          }
        }
      }
      groups = longer;
    }
    return groups;
  }

  private static List<String> tuples(int[] slots, EventView view) {
    return slots.length == 0
        ? List.of()
        : groups(slots, view).stream().map(Match::tuple).distinct().toList();
  }

  /** The first value of each; empty where there is none. */
  private static List<String> columns(int[] slots, EventView view) {
    return Arrays.stream(slots)
        .mapToObj(slot -> view.values(slot).scalars().stream().findFirst().orElse(""))
        .toList();
  }

  private byte[] document(Event event) {
    ObjectNode ecs = source.toEcs(event);
    enrichers.enrich(ecs);
    try {
      return JSON.writeValueAsBytes(ecs);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }
}
