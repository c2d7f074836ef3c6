package io.vigie.ruletest;

import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.DetectionPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture of a case: one column for each event in event-time order, one row for each detection
 * rule that matched, {@code x} where it did.
 *
 * <pre>
 * at                 0s  10m  20m
 * access_key_created x   x    .
 * </pre>
 */
final class Timeline {
  private static final int FIRST_COLUMNS = 10;
  private static final int LAST_COLUMNS = 5;

  private final RuleSet rules;
  private final Map<String, RuleMatcher> matchers = new HashMap<>();

  Timeline(RuleSet rules, LogSources sources) {
    this.rules = rules;
    for (LogSource source : sources.all()) {
      matchers.put(source.id(), new RuleMatcher(source, rules));
    }
  }

  List<String> draw(List<Event> events) {
    List<Event> inOrder = new ArrayList<>(events);
    inOrder.sort(Comparator.comparingLong(Event::timestamp));
    Map<String, List<String>> rows = new LinkedHashMap<>();
    rows.put("at", inOrder.stream().map(event -> Offset.text(event.timestamp())).toList());
    List<List<DetectionPlan>> matched = inOrder.stream().map(this::matches).toList();
    for (DetectionPlan plan : rules.detections()) {
      if (matched.stream().anyMatch(of -> of.contains(plan))) {
        rows.put(
            plan.rule().header().name(),
            matched.stream().map(of -> of.contains(plan) ? "x" : ".").toList());
      }
    }
    List<String> lines = new ArrayList<>();
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    rows.forEach(
        (name, cells) -> lines.add((pad(name, width) + " " + row(cells, rows)).stripTrailing()));
    if (rows.size() == 1) {
      lines.add("no detection rule of the file matches any of the events");
    }
    return lines;
  }

  private List<DetectionPlan> matches(Event event) {
    RuleMatcher matcher = matchers.get(event.source());
    return matcher == null ? List.of() : matcher.match(event).rules();
  }

  private static String row(List<String> cells, Map<String, List<String>> rows) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      if (i == FIRST_COLUMNS && cells.size() > FIRST_COLUMNS + LAST_COLUMNS) {
        i = cells.size() - LAST_COLUMNS;
        row.append("… ");
      }
      int column = i;
      int width =
          rows.values().stream().mapToInt(each -> each.get(column).length()).max().orElse(1);
      row.append(pad(cells.get(i), width)).append(' ');
    }
    return row.toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
