package io.vigie.backtest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.backtest.AlertTally.RuleTally;
import io.vigie.backtest.RuleCosts.Cost;
import io.vigie.job.DetectJob;
import io.vigie.reference.ReferenceHandle;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What came of a back-test: the operators of the job, over files, and what was counted. */
public final class Backtest {
  private static final int TOP_GROUPS = 3;

  private final RuleSet rules;
  private final AlertTally alerts;
  private final RuleCosts costs;
  private final long rejects;
  private final @Nullable AlertDifference difference;
  private final @Nullable RuleDifference ruleDifference;

  private Backtest(
      RuleSet rules,
      AlertTally alerts,
      RuleCosts costs,
      long rejects,
      @Nullable AlertDifference difference,
      @Nullable RuleDifference ruleDifference) {
    this.rules = rules;
    this.alerts = alerts;
    this.costs = costs;
    this.rejects = rejects;
    this.difference = difference;
    this.ruleDifference = ruleDifference;
  }

  /**
   * Runs rules over files, and then those they are compared with.
   *
   * @param pack read without errors
   * @param before the rules to compare with; null for none
   * @param reference with the rows that the events of the inputs give
   * @param rejected takes each record that is no event, as {@code FILE:LINE: CODE: message}
   */
  public static Backtest run(
      RulePack pack,
      @Nullable RulePack before,
      ReferenceHandle reference,
      List<DetectJob.Input> inputs,
      Consumer<String> rejected)
      throws Exception {
    RuleSet rules = RuleSet.ofChecked(pack);
    Path folder = Files.createTempDirectory("vigie-backtest");
    Path after = folder.resolve("after");
    Path earlier = folder.resolve("before");
    try {
      long[] rejects = {0};
      AlertTally alerts =
          tally(
              pack,
              reference,
              inputs,
              after,
              line -> {
                rejects[0]++;
                rejected.accept(line);
              });
      RuleCosts costs = RuleCosts.of(pack, rules, reference.open(), inputs);
      if (before == null) {
        return new Backtest(rules, alerts, costs, rejects[0], null, null);
      }
      tally(before, reference, inputs, earlier, line -> {});
      return new Backtest(
          rules,
          alerts,
          costs,
          rejects[0],
          AlertDifference.between(earlier, after),
          RuleDifference.between(before, RuleSet.ofChecked(before), pack, rules));
    } finally {
      Files.deleteIfExists(after);
      Files.deleteIfExists(earlier);
      Files.delete(folder);
    }
  }

  private static AlertTally tally(
      RulePack pack,
      ReferenceHandle reference,
      List<DetectJob.Input> inputs,
      Path kept,
      Consumer<String> rejected)
      throws Exception {
    try (AlertTally tally = new AlertTally(kept)) {
      DetectJob.run(pack, reference, inputs, tally::add, rejected, events -> {});
      return tally;
    }
  }

  /** How many records were no events. */
  public long rejects() {
    return rejects;
  }

  private long alertCount() {
    return alerts.byRule().values().stream().mapToLong(RuleTally::alerts).sum();
  }

  /** Rules with alerts, those with the most first. */
  private List<Map.Entry<String, RuleTally>> ranked() {
    return alerts.byRule().entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, RuleTally>>comparingLong(
                    each -> -each.getValue().alerts())
                .thenComparing(Map.Entry::getKey))
        .toList();
  }

  private static Stream<Map.Entry<String, Long>> top(RuleTally tally) {
    return tally.groups().entrySet().stream()
        .filter(group -> !group.getKey().isEmpty())
        .sorted(
            Comparator.<Map.Entry<String, Long>>comparingLong(group -> -group.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(TOP_GROUPS);
  }

  /**
   * For a person.
   *
   * @param maxDays of the columns, the latest; what lies before is one column
   */
  public List<String> text(int maxDays) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d events, %,d rejected records, %,d alerts",
            costs.events(),
            rejects,
            alertCount()));
    Table perDay = new Table();
    TreeSet<LocalDate> all = new TreeSet<>();
    alerts.byRule().values().forEach(tally -> all.addAll(tally.days().keySet()));
    List<LocalDate> days = List.copyOf(all).subList(Math.max(0, all.size() - maxDays), all.size());
    boolean earlier = all.size() > days.size();
    List<String> head = new ArrayList<>(List.of("alerts by rule and day (UTC)", "level", "all"));
    if (earlier) {
      head.add("before");
    }
    days.forEach(day -> head.add(day.toString()));
    perDay.add(head);
    for (Map.Entry<String, RuleTally> each : ranked()) {
      RuleHeader header = rules.header(each.getKey());
      RuleTally tally = each.getValue();
      List<String> row =
          new ArrayList<>(
              List.of(
                  header.name(),
                  header.level().name().toLowerCase(Locale.ROOT),
                  Long.toString(tally.alerts())));
      if (earlier) {
        row.add(
            Long.toString(
                tally.days().entrySet().stream()
                    .filter(day -> day.getKey().isBefore(days.get(0)))
                    .mapToLong(Map.Entry::getValue)
                    .sum()));
      }
      days.forEach(
          day -> row.add(tally.days().containsKey(day) ? "" + tally.days().get(day) : "."));
      perDay.add(row);
    }
    if (!alerts.byRule().isEmpty()) {
      lines.add("");
      lines.addAll(perDay.lines());
      lines.add("");
      lines.add("groups with the most alerts");
      for (Map.Entry<String, RuleTally> each : ranked()) {
        top(each.getValue())
            .forEach(
                group ->
                    lines.add(
                        "  "
                            + rules.header(each.getKey()).name()
                            + " "
                            + group.getKey()
                            + ": "
                            + group.getValue()));
      }
    }
    lines.add("");
    Table cost = new Table();
    cost.add(List.of("detection rule", "matches", "of events", "ns a test", "of all tests"));
    double sum = costs.byRule().values().stream().mapToDouble(Cost::nanosPerTest).sum();
    costs.byRule().entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Cost>>comparingLong(each -> -each.getValue().matches())
                .thenComparing(Map.Entry::getKey))
        .forEach(
            each -> {
              Cost of = each.getValue();
              cost.add(
                  List.of(
                      rules.header(each.getKey()).name(),
                      Long.toString(of.matches()),
                      percent((double) of.matches(), (double) costs.events()),
                      String.format(Locale.ROOT, "%.0f", of.nanosPerTest()),
                      percent(of.nanosPerTest(), sum)));
            });
    lines.addAll(cost.lines());
    lines.addAll(differences());
    return lines;
  }

  private List<String> differences() {
    List<String> lines = new ArrayList<>();
    if (difference == null || ruleDifference == null) {
      return lines;
    }
    lines.add("");
    lines.add("against the other rules");
    names(lines, "rules added", ruleDifference.added());
    names(lines, "rules removed", ruleDifference.removed());
    names(lines, "rules changed", ruleDifference.changed());
    lines.add(
        String.format(
            Locale.ROOT,
            "  alerts: %,d new, %,d gone, %,d changed, %,d the same",
            difference.added(),
            difference.gone(),
            difference.changed(),
            difference.same()));
    show(lines, "+", difference.firstAdded(), difference.added());
    show(lines, "-", difference.firstGone(), difference.gone());
    return lines;
  }

  private static void names(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add("  " + what + ": " + String.join(", ", names));
    }
  }

  private void show(List<String> lines, String sign, List<KeptAlert> first, long all) {
    for (KeptAlert alert : first) {
      lines.add("  %s %s %s %s".formatted(sign, time(alert), name(alert.rule()), alert.group()));
    }
    if (all > first.size()) {
      lines.add("  " + sign + " … and " + (all - first.size()) + " more");
    }
  }

  private static String time(KeptAlert alert) {
    return Instant.ofEpochMilli(alert.at()).toString();
  }

  /** A rule that only the other set has goes by its id. */
  private String name(String rule) {
    RuleHeader header = rules.headers().get(rule);
    return header == null ? rule : header.name();
  }

  private static String percent(double part, double whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * part / whole);
  }

  /** For a program. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("events", costs.events()).put("rejected", rejects).put("alerts", alertCount());
    ArrayNode perRule = json.putArray("rules");
    for (Map.Entry<String, RuleTally> each : ranked()) {
      RuleHeader header = rules.header(each.getKey());
      ObjectNode rule = perRule.addObject();
      rule.put("id", header.id()).put("name", header.name());
      rule.put("level", header.level().name().toLowerCase(Locale.ROOT));
      rule.put("alerts", each.getValue().alerts());
      ObjectNode days = rule.putObject("days");
      each.getValue().days().forEach((day, count) -> days.put(day.toString(), count));
      ArrayNode groups = rule.putArray("groups");
      top(each.getValue())
          .forEach(
              group ->
                  groups.addObject().put("group", group.getKey()).put("alerts", group.getValue()));
    }
    ArrayNode cost = json.putArray("costs");
    costs
        .byRule()
        .forEach(
            (id, of) ->
                cost.addObject()
                    .put("id", id)
                    .put("name", name(id))
                    .put("matches", of.matches())
                    .put("nanoseconds_per_test", of.nanosPerTest()));
    if (difference != null && ruleDifference != null) {
      ObjectNode against = json.putObject("against");
      texts(against.putArray("rules_added"), ruleDifference.added());
      texts(against.putArray("rules_removed"), ruleDifference.removed());
      texts(against.putArray("rules_changed"), ruleDifference.changed());
      against.put("alerts_new", difference.added()).put("alerts_gone", difference.gone());
      against.put("alerts_changed", difference.changed()).put("alerts_same", difference.same());
      alerts(against.putArray("first_new"), difference.firstAdded());
      alerts(against.putArray("first_gone"), difference.firstGone());
    }
    return json;
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static void alerts(ArrayNode array, List<KeptAlert> alerts) {
    for (KeptAlert alert : alerts) {
      array
          .addObject()
          .put("id", alert.id())
          .put("first_seen", time(alert))
          .put("rule", alert.rule())
          .put("group", alert.group());
    }
  }

  /** Columns as wide as they must be: names to the left, numbers to the right. */
  private static final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    private void add(List<String> row) {
      rows.add(row);
    }

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      for (List<String> row : rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
          int column = i;
          int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
          String space = " ".repeat(width - row.get(i).length());
          line.append(i == 0 ? row.get(i) + space : "  " + space + row.get(i));
        }
        lines.add(line.toString());
      }
      return lines;
    }
  }
}
