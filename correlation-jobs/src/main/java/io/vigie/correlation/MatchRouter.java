package io.vigie.correlation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.Enrichers;
import io.vigie.enrichment.table.AsOf;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends what the events of one log source match to where it is wanted: to the correlations that
 * name the matched rule, by group, and to the alerts. The ECS document of an event is built, and
 * enriched, only when something matched.
 */
public final class MatchRouter {
  /** A list-valued group-by field puts a match into many groups; more than this is an attack. */
  private static final int MAX_GROUPS = 1000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LogSource source;
  private final Map<String, CorrelationPlan> correlations;
  private final RuleMatcher matcher;
  private final Enrichers enrichers;
  private final List<String> names;

  /** Of the event that is routed just now. */
  private long arrival;

  public MatchRouter(LogSource source, RuleSet rules, Enrichers enrichers) {
    this.source = source;
    this.correlations = rules.correlations();
    this.matcher =
        new RuleMatcher(
            source,
            rules,
            fields -> {
              Enrichers needed = enrichers.neededFor(fields);
              return (ecs, time) -> needed.enrich(ecs, new AsOf(time, arrival));
            });
    this.enrichers = enrichers;
    this.names = rules.fields().names();
  }

  /** For a matcher of whose events nobody knows when they came. */
  public static RuleMatcher.Enriching asOfNow(Enrichers enrichers) {
    return fields -> {
      Enrichers needed = enrichers.neededFor(fields);
      return (ecs, time) -> needed.enrich(ecs, AsOf.time(time));
    };
  }

  /**
   * Routes one event.
   *
   * @param arrived when it came, milliseconds since 1970 UTC; {@link Long#MAX_VALUE} where nobody
   *     knows
   * @param toCorrelate a match for each correlation, step and group
   * @param toAlert a match for each detection rule that alerts by itself; its rule is that rule
   */
  public void route(
      Event event, long arrived, Consumer<Match> toCorrelate, Consumer<Match> toAlert) {
    arrival = arrived;
    RuleMatcher.Result matched = matcher.match(event);
    if (matched.rules().isEmpty()) {
      return;
    }
    ObjectNode ecs = matched.view().document().orElseGet(() -> source.toEcs(event));
    enrichers.enrich(ecs, new AsOf(event.timestamp(), arrived));
    Values values = new Values(matched.view(), ecs);
    byte[] document = bytes(ecs);
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
        route(event, use, values, evidence, toCorrelate);
      }
    }
  }

  private void route(
      Event event, Use use, Values values, List<Evidence> evidence, Consumer<Match> toCorrelate) {
    CorrelationPlan correlation = correlations.get(use.correlation());
    if (correlation == null) {
      return;
    }
    int[] valueSlots = correlation.valueSlots()[use.step()];
    List<String> taken =
        correlation.rule().type() == CorrelationType.EPL
            ? values.columns(valueSlots)
            : values.tuples(valueSlots);
    for (List<String> group : values.groups(correlation.groupSlots()[use.step()])) {
      toCorrelate.accept(
          new Match(
              use.correlation(),
              group,
              use.step(),
              event.timestamp(),
              event.id(),
              taken,
              1,
              evidence));
    }
  }

  /** The values of an event's fields: its own, else those that enriching it has added. */
  private final class Values {
    private final EventView view;
    private final ObjectNode ecs;

    private Values(EventView view, ObjectNode ecs) {
      this.view = view;
      this.ecs = ecs;
    }

    private Set<String> of(int slot) {
      Set<String> own = view.values(slot).scalars();
      return own.isEmpty() ? added(names.get(slot)) : own;
    }

    private Set<String> added(String field) {
      Set<String> values = new LinkedHashSet<>();
      for (JsonNode each : EventView.in(ecs, field)) {
        if (each.isValueNode() && !each.isNull()) {
          values.add(each.asText());
        }
      }
      return values;
    }

    /** None where a group-by field is missing: such a match does not count. */
    private List<List<String>> groups(int[] slots) {
      List<List<String>> groups = List.of(List.of());
      for (int slot : slots) {
        List<List<String>> longer = new ArrayList<>();
        for (List<String> group : groups) {
          for (String value : of(slot)) {
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

    private List<String> tuples(int[] slots) {
      return slots.length == 0
          ? List.of()
          : groups(slots).stream().map(Match::tuple).distinct().toList();
    }

    /** The first value of each; empty where there is none. */
    private List<String> columns(int[] slots) {
      return Arrays.stream(slots)
          .mapToObj(slot -> of(slot).stream().findFirst().orElse(""))
          .toList();
    }
  }

  private static byte[] bytes(ObjectNode ecs) {
    try {
      return JSON.writeValueAsBytes(ecs);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }
}
