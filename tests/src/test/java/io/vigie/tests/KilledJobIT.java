package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import io.vigie.feed.KafkaFeed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guarantee: after kill -9 in the middle of an episode every alert is there once, and whole. */
class KilledJobIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void aJobThatIsKilledBetweenMatchesOfAnEpisodeFindsTheSameAlerts() throws Exception {
    List<byte[]> records =
        new DemoStories(11, Instant.parse("2026-03-01T12:00:00Z"))
            .records().stream().map(DemoRecord::json).toList();
    Map<String, ObjectNode> expected = Detection.of(Project.library(), file(records)).alerts();
    try (Servers servers = Servers.start();
        KafkaFeed feed = new KafkaFeed(servers.kafka.bootstrapServers(), Map.of())) {
      String config = servers.configuration(folder, Project.library()).toString();
      int fed = 0;
      for (int cut : cutsInsideEpisodes(records, expected)) {
        Engine engine = Engine.start(folder, "run", "--config", config);
        send(feed, records.subList(fed, cut));
        fed = cut;
        awaitCheckpoint(engine);
        engine.kill();
      }
      send(feed, records.subList(fed, records.size()));
      Engine last = Engine.start(folder, "run", "--config", config);
      awaitAlerts(servers, expected, last);
      assertThat(answerTo("PATCH", last, "/jobs/" + "0".repeat(32) + "?mode=cancel"))
          .isEqualTo(403);
      assertThat(answerTo("POST", last, "/jars/upload")).isEqualTo(403);
      assertThat(answerTo("GET", last, "/jobs/" + "0".repeat(32) + "/yarn-cancel")).isEqualTo(403);
      assertThat(answerTo("GET", last, "/overview")).isEqualTo(200);
      last.kill();

      assertThat(last.output()).contains("goes on from checkpoint");
      assertThat(servers.alerts()).isEqualTo(expected);
    }
  }

  /** Flink's page is for looking only. */
  private static int answerTo(String method, Engine engine, String path)
      throws IOException, InterruptedException {
    String page = engine.output().replaceAll("(?s).*Flink's page is (\\S+).*", "$1");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(page + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static void awaitAlerts(Servers servers, Map<String, ObjectNode> expected, Engine engine)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!servers.alerts().equals(expected) && System.nanoTime() < until) {
      assertThat(engine.isAlive()).as(engine.output()).isTrue();
      Thread.sleep(1_000);
    }
  }

  /** Positions between the first and the last event of the three alerts with the most events. */
  private static List<Integer> cutsInsideEpisodes(
      List<byte[]> records, Map<String, ObjectNode> alerts) {
    List<String> texts =
        records.stream().map(record -> new String(record, StandardCharsets.UTF_8)).toList();
    return alerts.values().stream()
        .filter(alert -> alert.at("/vigie/alert/events/count").asInt() > 2)
        .map(
            alert -> {
              var ids = alert.at("/vigie/alert/events/ids");
              return (position(texts, ids.path(0).asText())
                      + position(texts, ids.path(ids.size() - 1).asText()))
                  / 2;
            })
        .sorted()
        .distinct()
        .limit(3)
        .toList();
  }

  private static int position(List<String> records, String eventId) {
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).contains(eventId)) {
        return i;
      }
    }
    throw new AssertionError("no record has the event id " + eventId);
  }

  private Path file(List<byte[]> records) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] record : records) {
      lines.write(record);
      lines.write('\n');
    }
    return Files.write(folder.resolve("records.ndjson"), lines.toByteArray());
  }

  private static void send(KafkaFeed feed, List<byte[]> records) {
    records.forEach(record -> feed.send("aws.cloudtrail", record));
    feed.flush();
  }

  /** Two checkpoints that began after all was fed hold some or all of it. */
  private void awaitCheckpoint(Engine engine) throws IOException, InterruptedException {
    long since = System.currentTimeMillis();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      try (Stream<Path> tree = Files.walk(folder.resolve("checkpoints"))) {
        boolean complete =
            tree.anyMatch(
                path -> path.endsWith("_metadata") && path.toFile().lastModified() > since + 3_000);
        if (complete) {
          return;
        }
      } catch (IOException | UncheckedIOException notYetOrChanging) {
        assertThat(engine.isAlive()).as(engine.output()).isTrue();
      }
      Thread.sleep(200);
    }
    throw new AssertionError("no checkpoint; the engine said:\n" + engine.output());
  }
}
