package io.vigie.ruletest;

import io.vigie.alert.Alert;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.EnrichedEvent;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RuleExplanation;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.testing.RuleTest.ExpectedAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A picture of a case: time from left to right, one row for each detection rule and group that it
 * matched in, and one for each alert, expected where the case says when, or found.
 *
 * <pre>
 * at                   0s 1m 2m 20m
 * failed [rika]        x  x  x  .
 * ok [rika]            .  .  .  x
 * found guessed [rika] .  .  .  ^
 * </pre>
 *
 * <p>A case of many times has one character for each of sixty equal spans: a number is that many
 * matches, {@code #} more than nine.
 */
final class Timeline {
  private static final int MAX_TIMES = 12;
  private static final int SPANS = 60;
  private static final int MAX_ROWS = 24;
  private static final int MAX_NAME = 60;
  private static final int MAX_EXPLAINED = 3;

  private final RulePack pack;
  private final RuleSet rules;
  private final Reference reference;
  private final Map<String, RuleMatcher> matchers = new HashMap<>();
  private final Map<String, MatchRouter> routers = new HashMap<>();

  Timeline(RulePack pack, RuleSet rules, Reference reference) {
    this.pack = pack;
    this.rules = rules;
    this.reference = reference;
    LogSources sources = pack.sources();
    for (LogSource source : sources.all()) {
      matchers.put(
          source.id(), new RuleMatcher(source, rules, MatchRouter.asOfNow(reference.enrichers())));
      routers.put(source.id(), new MatchRouter(source, rules, reference.enrichers()));
    }
  }

  List<String> draw(CaseEvents events, List<ExpectedAlert> expected, List<Alert> found) {
    Map<String, List<Long>> matches = new LinkedHashMap<>();
    for (DetectionPlan plan : rules.detections()) {
      for (Event event : events.events()) {
        for (String group : groups(event, plan)) {
          matches
              .computeIfAbsent(
                  plan.rule().header().name() + (group.equals("[]") ? "" : " " + group),
                  name -> new ArrayList<>())
              .add(event.timestamp());
        }
      }
    }
    Map<String, List<Long>> alerts = new LinkedHashMap<>();
    for (ExpectedAlert alert : expected) {
      List<Long> times = new ArrayList<>();
      alert.from().ifPresent(from -> times.add(time(events, from)));
      alert.to().ifPresent(to -> times.add(time(events, to)));
      if (!times.isEmpty()) {
        String group = alert.group() == null ? "" : " " + alert.group();
        add(alerts, "expected " + alert.rule() + group, times);
      }
    }
    for (Alert alert : found) {
      String group = alert.group().isEmpty() ? "" : " " + alert.group();
      add(
          alerts,
          "found " + rules.header(alert.rule()).name() + group,
          List.of(alert.firstSeen(), alert.lastSeen()));
    }
    List<String> lines = lines(events, matches, alerts);
    if (matches.isEmpty() && !events.events().isEmpty()) {
      lines.add("no detection rule of the file matches any of the events; of the first:");
      lines.addAll(explanation(events.events().get(0)));
    }
    return lines;
  }

  /** Why the rules of an event's source do not match it. */
  private List<String> explanation(Event event) {
    LogSource source = pack.sources().byId(event.source()).orElseThrow();
    RuleExplanation explanation = new RuleExplanation(pack, rules);
    Event seen = EnrichedEvent.of(event, source, reference.enrichers());
    List<String> lines = new ArrayList<>();
    rules.detections().stream()
        .map(DetectionPlan::rule)
        .filter(rule -> source.serves(rule.product(), rule.category(), rule.service()))
        .limit(MAX_EXPLAINED)
        .forEach(rule -> lines.addAll(explanation.of(rule.header(), source, seen)));
    return lines;
  }

  private static void add(Map<String, List<Long>> rows, String name, List<Long> times) {
    rows.computeIfAbsent(name, added -> new ArrayList<>()).addAll(times);
  }

  private static long time(CaseEvents events, Duration offset) {
    return events.start() + offset.toMillis();
  }

  /** The groups in which a rule's match counts; one empty group where it is in no correlation. */
  private List<String> groups(Event event, DetectionPlan plan) {
    RuleMatcher matcher = matchers.get(event.source());
    MatchRouter router = routers.get(event.source());
    if (matcher == null || router == null || !matcher.match(event).rules().contains(plan)) {
      return List.of();
    }
    if (plan.uses().isEmpty()) {
      return List.of("[]");
    }
    Set<String> groups = new TreeSet<>();
    router.route(
        event,
        Long.MAX_VALUE,
        match -> {
          CorrelationPlan correlation = rules.correlations().get(match.rule());
          if (correlation != null
              && plan.uses().stream()
                  .anyMatch(
                      use ->
                          use.correlation().equals(match.rule()) && use.step() == match.step())) {
            groups.add(match.group().toString());
          }
        },
        match -> {});
    return groups.isEmpty() ? List.of("(in no group: a field is missing)") : List.copyOf(groups);
  }

  private static List<String> lines(
      CaseEvents events, Map<String, List<Long>> matches, Map<String, List<Long>> alerts) {
    TreeSet<Long> times = new TreeSet<>();
    events.events().forEach(event -> times.add(event.timestamp()));
    alerts.values().forEach(times::addAll);
    if (times.isEmpty()) {
      return new ArrayList<>(List.of("the case has no events"));
    }
    Axis axis = times.size() <= MAX_TIMES ? eachTime(events, times) : spans(events, times);
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("at", axis.header());
    matches.forEach((name, at) -> rows.put(name, axis.row(at, false)));
    int hidden = Math.max(0, matches.size() - MAX_ROWS);
    if (hidden > 0) {
      List.copyOf(matches.keySet()).subList(MAX_ROWS, matches.size()).forEach(rows::remove);
      rows.put("… and " + hidden + " more groups", "");
    }
    alerts.entrySet().stream()
        .limit(MAX_ROWS)
        .forEach(alert -> rows.put(alert.getKey(), axis.row(alert.getValue(), true)));
    int width = Math.min(MAX_NAME, rows.keySet().stream().mapToInt(String::length).max().orElse(0));
    List<String> lines = new ArrayList<>();
    rows.forEach((name, cells) -> lines.add((fit(name, width) + " " + cells).stripTrailing()));
    return lines;
  }

  private static String fit(String name, int width) {
    return name.length() > width ? name.substring(0, width - 1) + "…" : pad(name, width);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /**
   * Columns of time.
   *
   * @param starts of the columns, ascending, milliseconds
   * @param widths of the columns in characters
   */
  private record Axis(String header, List<Long> starts, List<Integer> widths) {

    private String row(List<Long> times, boolean alert) {
      int[] counts = new int[starts.size()];
      for (long time : times) {
        counts[column(time)]++;
      }
      int first =
          IntStream.range(0, counts.length).filter(i -> counts[i] > 0).findFirst().orElse(0);
      int last = first;
      for (int i = first; i < counts.length; i++) {
        last = counts[i] > 0 ? i : last;
      }
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < counts.length; i++) {
        String cell =
            alert
                ? counts[i] > 0 ? "^" : i > first && i < last && times.size() == 2 ? "-" : "."
                : counts[i] == 0
                    ? "."
                    : counts[i] == 1 ? "x" : counts[i] > 9 ? "#" : String.valueOf(counts[i]);
        row.append(pad(cell, widths.get(i)));
      }
      return row.toString();
    }

    private int column(long time) {
      int column = 0;
      while (column + 1 < starts.size() && starts.get(column + 1) <= time) {
        column++;
      }
      return column;
    }
  }

  private static Axis eachTime(CaseEvents events, NavigableSet<Long> times) {
    List<String> heads = times.stream().map(time -> Offset.text(events.start(), time)).toList();
    return new Axis(
        String.join(" ", heads),
        List.copyOf(times),
        heads.stream().map(head -> head.length() + 1).toList());
  }

  private static Axis spans(CaseEvents events, NavigableSet<Long> times) {
    long first = times.first();
    long step = Math.max(1, (times.last() - first) / SPANS + 1);
    List<Long> starts = IntStream.range(0, SPANS).mapToObj(i -> first + i * step).toList();
    String left = Offset.text(events.start(), first);
    String right = Offset.text(events.start(), times.last());
    String middle = Offset.text(events.start(), first + step * SPANS / 2 / 1000 * 1000);
    String head = pad(pad(left, SPANS / 2) + middle, SPANS - right.length()) + right;
    return new Axis(head, starts, IntStream.range(0, SPANS).mapToObj(i -> 1).toList());
  }
}
