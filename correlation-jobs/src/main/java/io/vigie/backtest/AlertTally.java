package io.vigie.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts the alerts of a run while they come, and keeps them on disk to compare with another's. */
final class AlertTally implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** More groups than this are counted by the rule that keeps the frequent ones. */
  private static final int MAX_GROUPS = 1000;

  private final Map<String, RuleTally> byRule = new TreeMap<>();
  private final BufferedWriter kept;

  /** Alerts of one rule by day, UTC, and by group. */
  static final class RuleTally {
    private final Map<LocalDate, Long> days = new TreeMap<>();
    private final Map<String, Long> groups = new HashMap<>();
    private long alerts;

    long alerts() {
      return alerts;
    }

    Map<LocalDate, Long> days() {
      return days;
    }

    /**
     * Counts by group values. Where there are more than a thousand groups, rare ones are forgotten
     * and the counts of the others are lower bounds (Misra and Gries, 1982).
     */
    Map<String, Long> groups() {
      return groups;
    }

    private void add(LocalDate day, String group) {
      alerts++;
      days.merge(day, 1L, Long::sum);
      if (groups.containsKey(group) || groups.size() < MAX_GROUPS) {
        groups.merge(group, 1L, Long::sum);
      } else {
        groups.replaceAll((name, count) -> count - 1);
        groups.values().removeIf(count -> count == 0);
      }
    }
  }

  /**
   * @param kept takes each alert in short, in the order of time and id
   */
  AlertTally(Path kept) throws IOException {
    this.kept = Files.newBufferedWriter(kept);
  }

  /** Adds an alert as {@code vigie detect} prints it. */
  void add(String line) {
    try {
      JsonNode alert = JSON.readTree(line);
      Instant at = Instant.parse(alert.at("/vigie/alert/first_seen").asText());
      String rule = alert.at("/rule/id").asText();
      String group = KeptAlert.group(alert.at("/vigie/alert/group/values"));
      byRule
          .computeIfAbsent(rule, id -> new RuleTally())
          .add(LocalDate.ofInstant(at, ZoneOffset.UTC), group);
      kept.write(KeptAlert.of(alert, at, rule, group).text());
      kept.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By id of the rule. */
  Map<String, RuleTally> byRule() {
    return byRule;
  }

  @Override
  public void close() throws IOException {
    kept.close();
  }
}
