package io.vigie.cli;

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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that publish rules, and who follows what they do. */
final class RulesPublishCommandIT {
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

  private String rules(int exit, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("rules", command));
    arguments.addAll(List.of("--config", folder.resolve("vigie.yaml").toString()));
    arguments.addAll(List.of(more));
    return run(exit, arguments);
  }

  private static String run(int exit, List<String> arguments) {
    StringWriter said = new StringWriter();
    CommandLine vigie = VigieCommand.commandLine();
    vigie.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
    assertThat(vigie.execute(arguments.toArray(String[]::new))).as(said.toString()).isEqualTo(exit);
    return said.toString();
  }

  private String publish(int exit, String... more) {
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
  void releasesFollowEachOtherUntilAFormerOneIsPublishedAgain() throws Exception {
    Releases follower = follow();
    assertThat(headers(follower.at(Long.MAX_VALUE))).containsExactly("old");

    rule("next/new.yml", "new", "DeleteTrail");
    rule("next/old.yml", "old", "StopLogging");
    assertThat(publish(0, "--version", "v1", "--from", "now"))
        .contains("topic vigie.rules made")
        .contains("added    new\n")
        .contains(
            "against the rules of the configuration: 1 added, 0 changed, 0 removed, 1 unchanged")
        .containsPattern("release 1 decides from 20");
    follower.await(2);
    assertThat(headers(follower.at(Long.MAX_VALUE))).containsExactly("new", "old");

    assertThat(publish(0)).contains("nothing to publish: release 1 has these rules");

    rule("next/new.yml", "new", "UpdateTrail");
    Files.delete(folder.resolve("next/old.yml"));
    assertThat(publish(0, "--dry-run"))
        .contains("changed  new\nremoved  old\n")
        .containsPattern("release 2 would decide from .*; nothing was sent");
    assertThat(publish(0, "--from", "now+1h", "--version", "v2"))
        .containsPattern("release 2 decides from 20");
    follower.await(3);

    assertThat(publish(0)).contains("nothing to publish");
    assertThat(rules(1, "publish", "--again", "1"))
        .contains("release 2 decides from", "give --from a later time", "nothing was published");
    assertThat(rules(1, "publish", "--again", "7")).contains("there is no release 7");
    Files.writeString(folder.resolve("next/broken.yml"), "name: broken\n");
    assertThat(publish(1)).contains("broken.yml:1:1: error NO_RULE", "nothing was published");
    assertThat(rules(0, "publish", "--again", "1", "--from", "now+2h"))
        .contains("changed  new\nadded    old\n")
        .containsPattern("release 3 decides from 20");
    follower.await(4);

    assertThat(headers(follower.at(follower.numbered(1).from() - 1))).containsExactly("old");
    assertThat(headers(follower.numbered(2))).containsExactly("new");
    assertThat(headers(follower.at(Long.MAX_VALUE))).containsExactly("new", "old");
    assertThat(follower.at(Long.MAX_VALUE).version()).isEqualTo("v1");
    assertThat(follower.count()).isEqualTo(4);
    assertThat(follower.refused()).isEmpty();
    assertThat(rules(0, "releases"))
        .contains(": 3 releases")
        .containsPattern("     1  20\\S+ +20\\S+ +2  v1  \\(decides now\\)\n")
        .containsPattern("     2  20\\S+ +20\\S+ +1  v2\n")
        .containsPattern("     3  20\\S+ +20\\S+ +2  v1\n");
  }

  @Test
  void kafkaThatDoesNotAnswerIsAFaultAndNoStackTrace() throws Exception {
    rule("next/new.yml", "new", "DeleteTrail");
    Files.writeString(
        folder.resolve("vigie.yaml"),
        Files.readString(folder.resolve("vigie.yaml")).replace(bootstrap, "127.0.0.1:1"));

    assertThat(publish(1))
        .contains("vigie: Kafka at 127.0.0.1:1 does not answer")
        .doesNotContain("at org.apache");
  }

  @Test
  void commandsOfTheDocumentationDoWhatItSays() throws Exception {
    rule("next/new.yml", "new", "DeleteTrail");
    List<String> commands = documented();
    List<String> said = new ArrayList<>();
    for (String command : commands) {
      List<String> words =
          Stream.of(command.split(" "))
              .map(word -> word.replace("my-rules", folder.resolve("next").toString()))
              .map(word -> word.replace("vigie.yaml", folder.resolve("vigie.yaml").toString()))
              .toList();
      said.add(run(0, words.subList(1, words.size())));
    }
    assertThat(said).hasSize(4);
    assertThat(said.get(0)).contains("nothing was sent");
    assertThat(said.get(1)).contains("release 1 decides from");
    assertThat(said.get(2)).contains("2026-03-01\n");
    assertThat(said.get(3)).contains("nothing to publish: release 1 has these rules");
  }

  private static List<String> documented() throws IOException {
    List<String> page = Files.readAllLines(Path.of("..", "rules", "README.md"));
    List<String> section = page.subList(page.indexOf("## Publishing rules"), page.size());
    int block = section.indexOf("```sh");
    return section.subList(
        block + 1, block + 1 + section.subList(block + 1, section.size()).indexOf("```"));
  }
}
