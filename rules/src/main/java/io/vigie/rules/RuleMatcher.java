package io.vigie.rules;

import io.vigie.ingest.Event;
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
  private final LogSource source;

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
    this.source = narrowed(source, set);
  }

  /** Keywords without a cheap necessary condition look at all of every event. */
  private LogSource narrowed(LogSource wide, RuleSet set) {
    if (unfiled.stream().anyMatch(rule -> rules.get(rule).rule().predicate().looksAtEverything())) {
      return wide;
    }
    List<String> names = set.fields().names();
    return wide.focusedOn(
        rules.stream()
            .flatMapToInt(plan -> plan.rule().predicate().slots())
            .distinct()
            .mapToObj(names::get)
            .toList());
  }

  /**
   * The log source, reading of each event at once only what decides whether it matches. What
   * matches is read whole in any case, so that the fields of correlations are not among it.
   */
  public LogSource source() {
    return source;
  }

  /** A log source of the pack, which reads at once only what the pack's rules look at. */
  public static LogSource focused(RulePack pack, String source) {
    return new RuleMatcher(pack.sources().byId(source).orElseThrow(), RuleSet.ofChecked(pack))
        .source();
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

  public Result match(Event event) {
    EventView view = views.of(event);
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
