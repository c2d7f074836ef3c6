package io.vigie.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.LogSource;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import io.vigie.rules.detection.Predicate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the detection rules that an event of one log source matches. A rule is filed under a
 * condition that is cheap and necessary (see {@link Predicate#anchor}) and tested only where that
 * holds, so the cost grows with what an event could match and not with the number of rules.
 */
public final class RuleMatcher {
  private final List<DetectionPlan> rules;
  private final EventView.Factory views;

  /** By slot and folded value: positions in {@link #rules}. */
  private final Map<Integer, Map<String, List<Integer>>> filed = new TreeMap<>();

  private final List<Integer> unfiled = new ArrayList<>();

  public RuleMatcher(LogSource source, RuleSet set) {
    this.rules =
        set.detections().stream()
            .filter(
                plan ->
                    source.serves(
                        plan.rule().product(), plan.rule().category(), plan.rule().service()))
            .toList();
    this.views = EventView.of(source, set.fields());
    for (int i = 0; i < rules.size(); i++) {
      file(i);
    }
  }

  private void file(int rule) {
    Optional<Predicate.Anchor> anchor = rules.get(rule).rule().predicate().anchor();
    if (anchor.isEmpty()) {
      unfiled.add(rule);
      return;
    }
    Map<String, List<Integer>> bySlot =
        filed.computeIfAbsent(anchor.get().slot(), slot -> new HashMap<>());
    for (String value : anchor.get().values()) {
      bySlot.computeIfAbsent(value, text -> new ArrayList<>()).add(rule);
    }
  }

  /**
   * What an event matches.
   *
   * @param rules in the order of the set
   * @param view the event's values
   */
  public record Result(List<DetectionPlan> rules, EventView view) {}

  public Result match(JsonNode payload) {
    EventView view = views.of(payload);
    TreeSet<Integer> candidates = new TreeSet<>(unfiled);
    filed.forEach(
        (slot, byValue) -> {
          for (String value : view.foldedValues(slot)) {
            candidates.addAll(byValue.getOrDefault(value, List.of()));
          }
        });
    List<DetectionPlan> matched = new ArrayList<>();
    for (int candidate : candidates) {
      if (rules.get(candidate).rule().predicate().test(view)) {
        matched.add(rules.get(candidate));
      }
    }
    return new Result(matched, view);
  }
}
