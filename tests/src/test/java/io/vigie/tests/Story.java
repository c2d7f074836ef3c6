package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Records in the order of their delivery, and what a run that nothing disturbs finds in them.
 *
 * @param newest the one with the latest event time
 * @param alerts by id
 */
record Story(long seed, List<byte[]> records, byte[] newest, Map<String, ObjectNode> alerts) {

  private static final Pattern EVENT_ID = Pattern.compile("\"eventID\": ?\"([^\"]+)\"");
  private static @Nullable Story last;

  /** The seeds to try: one, or as many as the system property {@code seeds} says. */
  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("seeds", 1)).map(n -> 10 + n);
  }

  /** Several tests of one seed share the work that it makes. */
  static synchronized Story of(long seed) throws Exception {
    if (last == null || last.seed != seed) {
      last = tell(seed);
    }
    return last;
  }

  private static Story tell(long seed) throws Exception {
    List<DemoRecord> delivered =
        new DemoStories(seed, Instant.parse("2026-03-01T12:00:00Z")).records();
    List<byte[]> records = delivered.stream().map(DemoRecord::json).toList();
    byte[] newest = Collections.max(delivered, Comparator.comparing(DemoRecord::eventTime)).json();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] record : records) {
      lines.write(record);
      lines.write('\n');
    }
    Path file = Files.createTempFile("vigie-story", ".ndjson");
    try {
      Files.write(file, lines.toByteArray());
      return new Story(seed, records, newest, Detection.of(Project.library(), file).alerts());
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Positions that lie in the middle of episodes: each after one match and before the next of the
   * same alert, chosen at random by the seed, in ascending order.
   */
  List<Integer> moments(int count) {
    Random random = new Random(seed);
    Map<String, Integer> positions = positions();
    List<int[]> gaps = new ArrayList<>();
    for (ObjectNode alert : alerts.values()) {
      List<Integer> matches = new ArrayList<>();
      for (JsonNode id : alert.at("/vigie/alert/events/ids")) {
        matches.add(positions.get(id.asText()));
      }
      Collections.sort(matches);
      IntStream.range(1, matches.size())
          .filter(i -> matches.get(i) > matches.get(i - 1) + 1)
          .forEach(i -> gaps.add(new int[] {matches.get(i - 1) + 1, matches.get(i)}));
    }
    Collections.shuffle(gaps, random);
    assertThat(gaps).hasSizeGreaterThanOrEqualTo(count);
    return gaps.subList(0, count).stream()
        .map(gap -> random.nextInt(gap[0], gap[1]))
        .sorted()
        .toList();
  }

  /** Of each event's first delivery. */
  private Map<String, Integer> positions() {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      Matcher id = EVENT_ID.matcher(new String(records.get(i), StandardCharsets.UTF_8));
      if (id.find()) {
        positions.putIfAbsent(id.group(1), i);
      }
    }
    return positions;
  }

  /** Whether the servers hold exactly these alerts, by now. */
  boolean isTold(Servers servers) throws IOException, InterruptedException {
    return servers.alerts().equals(alerts);
  }

  /** What the servers hold that is not so, and what they lack. */
  String difference(Servers servers) throws IOException, InterruptedException {
    Map<String, ObjectNode> held = servers.alerts();
    List<String> lines = new ArrayList<>();
    alerts.forEach(
        (id, alert) -> {
          if (!alert.equals(held.get(id))) {
            lines.add("expected " + alert + "\nfound    " + held.get(id));
          }
        });
    held.forEach(
        (id, alert) -> {
          if (!alerts.containsKey(id)) {
            lines.add("unexpected " + alert);
          }
        });
    return String.join("\n", lines) + "\n";
  }

  /** The same alerts, each once and whole, and each event behind them once. */
  void assertTold(Servers servers) throws IOException, InterruptedException {
    assertThat(servers.alerts()).as("alerts of seed " + seed).isEqualTo(alerts);
    Map<String, List<String>> evidence = servers.evidence();
    alerts.forEach(
        (id, alert) -> {
          List<String> ids = new ArrayList<>();
          alert.at("/vigie/alert/events/ids").forEach(event -> ids.add(event.asText()));
          // A first word may have listed events that are not among those of the last.
          assertThat(evidence.get(id))
              .as("evidence of alert " + id + " of seed " + seed)
              .containsAll(ids)
              .doesNotHaveDuplicates()
              .hasSizeGreaterThanOrEqualTo(alert.at("/vigie/alert/events/stored").asInt());
        });
    assertThat(servers.records("vigie.alerts"))
        .extracting(alert -> alert.at("/event/id").asText())
        .containsAll(alerts.keySet());
  }
}
