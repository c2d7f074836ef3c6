package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedKafka;
import io.vigie.ingest.LogSources;
import io.vigie.job.TopicReleases;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that publish rules, each in a process of its own, and who follows what they do. */
class RulesPublishIT {
  @TempDir Path folder;
  private @Nullable EmbeddedKafka kafka;
  private String bootstrap = "";

  @BeforeEach
  void start() throws IOException {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, AfterClose.DELETE_DATA);
    bootstrap = kafka.bootstrapServers();
    Files.createDirectories(folder.resolve("rules"));
    Files.createDirectories(folder.resolve("next"));
    rule("rules/old.yml", "old", "StopLogging");
    Files.writeString(
        folder.resolve("vigie.yaml"),
        """
        kafka: {bootstrap: "%s"}
        elasticsearch: {url: "http://127.0.0.1:1"}
        sources: [aws.cloudtrail]
        rules: ["%s"]
        checkpoints: {folder: /nowhere}
        """
            .formatted(bootstrap, folder.resolve("rules")));
  }

  @AfterEach
  void stop() {
    if (kafka != null) {
      kafka.close();
    }
  }

  private void rule(String file, String name, String action) throws IOException {
    Files.writeString(
        folder.resolve(file),
        """
        name: %s
        logsource: {product: aws, service: cloudtrail}
        detection: {s: {eventName: %s}, condition: s}
        tests: [{name: it is found, events: [{event: {eventName: %s}}], alerts: 1}]
        """
            .formatted(name, action, action));
  }

  private String rules(int exit, String command, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("rules", command));
    arguments.addAll(List.of("--config", folder.resolve("vigie.yaml").toString()));
    arguments.addAll(List.of(more));
    Engine engine = Engine.start(folder, arguments.toArray(String[]::new));
    assertThat(engine.awaitExit()).as(engine.output()).isEqualTo(exit);
    return engine.output();
  }

  private String publish(int exit, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add(folder.resolve("next").toString());
    return rules(exit, "publish", arguments.toArray(String[]::new));
  }

  private Releases follow() {
    RulePack pack =
        RulePack.read(List.of(folder.resolve("rules")), LogSources.builtIn(), new Problems());
    return new TopicReleases(pack, Map.of("bootstrap.servers", bootstrap), "vigie.rules").open();
  }

  private static Iterable<String> headers(Release release) {
    return release.rules().headers().keySet();
  }

  @Test
  void allProcessesKnowTheSameReleases() throws Exception {
    Releases follower = follow();
    assertThat(headers(follower.at(Long.MAX_VALUE))).containsExactly("old");

    rule("next/new.yml", "new", "DeleteTrail");
    assertThat(publish(0, "--version", "v1"))
        .contains("added    new\nremoved  old\n")
        .containsPattern("release 1 decides from 20");
    follower.await(2);

    assertThat(headers(follower.at(Long.MAX_VALUE))).containsExactly("new");
    assertThat(rules(0, "releases")).containsPattern("     1  20\\S+ +20\\S+ +1  v1");
  }
}
