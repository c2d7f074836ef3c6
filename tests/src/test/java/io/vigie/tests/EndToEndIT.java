package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import io.vigie.feed.KafkaFeed;
import io.vigie.ingest.LogSources;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka, the job and Elasticsearch say what a bounded run over the same records says. */
class EndToEndIT {
  @TempDir Path folder;

  @Test
  void storiesThroughKafkaEndAsTheAlertsThatDetectFinds() throws Exception {
    Path file = folder.resolve("stories.ndjson");
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (DemoRecord record : new DemoStories(7, Instant.parse("2026-03-01T12:00:00Z")).records()) {
      records.write(record.json());
      records.write('\n');
    }
    Files.write(file, records.toByteArray());

    assertSameAlerts(file, Project.library());
  }

  @Test
  void realRecordsThroughKafkaEndAsTheAlertsThatDetectFinds() throws Exception {
    Optional<Path> records = Project.corpus("invictus/cloudtrail.ndjson");
    Optional<Path> rules = Project.corpus("expected/correlations");
    assumeTrue(records.isPresent() && rules.isPresent(), "skipped: the corpus is not there");

    assertSameAlerts(records.orElseThrow(), rules.orElseThrow());
  }

  private void assertSameAlerts(Path file, Path rules) throws Exception {
    try (Servers servers = Servers.start();
        KafkaFeed feed = new KafkaFeed(servers.kafka.bootstrapServers(), Map.of())) {
      var source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
      feed.send(source, "records", Files.newInputStream(file));
      Engine engine =
          Engine.start(
              folder,
              "run",
              "--until-end",
              "--config",
              servers.configuration(folder, rules).toString());

      assertThat(engine.awaitExit()).as(engine.output()).isZero();
      Detection expected = Detection.of(rules, file);
      assertThat(expected.lines()).isNotEmpty();
      assertThat(withoutIdentity(servers.alerts())).isEqualTo(withoutIdentity(expected.alerts()));
      assertThat(servers.records("vigie.alerts"))
          .extracting(alert -> alert.at("/event/id").asText())
          .containsAll(expected.alerts().keySet());
      assertThat(servers.hits("logs-vigie.evidence-*")).isNotEmpty();
    }
  }

  /**
   * A run over files knows all sessions from its beginning; a job knows one ten seconds after Kafka
   * took word of it, and here everything arrives at once.
   */
  private static Map<String, ObjectNode> withoutIdentity(Map<String, ObjectNode> alerts) {
    alerts.values().forEach(alert -> alert.withObjectProperty("vigie").remove("identity"));
    return alerts;
  }

  @Test
  void rubbishAmongGoodRecordsCostsOnlyItself() throws Exception {
    try (Servers servers = Servers.start();
        KafkaFeed feed = new KafkaFeed(servers.kafka.bootstrapServers(), Map.of())) {
      DemoStories stories = new DemoStories(7, Instant.parse("2026-03-01T12:00:00Z"));
      ByteArrayOutputStream good = new ByteArrayOutputStream();
      int sent = 0;
      for (DemoRecord record : stories.records()) {
        feed.send("aws.cloudtrail", record.json());
        good.write(record.json());
        good.write('\n');
        if (++sent % 1000 == 0) {
          feed.send("aws.cloudtrail", Rubbish.of(sent / 1000));
        }
      }
      feed.flush();
      Engine engine =
          Engine.start(
              folder,
              "run",
              "--until-end",
              "--config",
              servers.configuration(folder, Project.library()).toString());

      assertThat(engine.awaitExit()).as(engine.output()).isZero();
      Path file = Files.write(folder.resolve("good.ndjson"), good.toByteArray());
      assertThat(servers.alerts()).isEqualTo(Detection.of(Project.library(), file).alerts());
      assertThat(servers.records("vigie.dead-letters"))
          .hasSize(sent / 1000)
          .allSatisfy(EndToEndIT::isDeadLetter);
    }
  }

  private static void isDeadLetter(JsonNode document) {
    assertThat(document.at("/event/kind").asText()).isEqualTo("pipeline_error");
    assertThat(document.at("/error/code").asText()).isNotEmpty();
    assertThat(document.at("/@timestamp").asText()).isNotEmpty();
    assertThat(document.toString().getBytes(StandardCharsets.UTF_8).length).isLessThan(40_000);
  }
}
