package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.feed.KafkaFeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job does while it runs: some sources are behind or silent, and rules are replaced. */
class LiveRulesIT {
  private static final String SETTLED = "settled";
  private static final String PROVISIONAL = "provisional";

  @TempDir Path folder;
  private @Nullable Servers servers;
  private @Nullable KafkaFeed feed;
  private @Nullable Engine engine;
  private Path config = Path.of("");
  private int events;

  @BeforeEach
  void start() throws Exception {
    List<String> sources = List.of("test.quick", "test.slow", "test.mute");
    servers = Servers.start(sources);
    feed = new KafkaFeed(servers.kafka.bootstrapServers(), Map.of());
    Path definitions = Files.createDirectories(folder.resolve("definitions"));
    source(definitions, "quick", "1s", "1s");
    source(definitions, "slow", "10m", "10m");
    source(definitions, "mute", "1h", "1h");
    config =
        servers.configuration(
            folder,
            Files.createDirectories(folder.resolve("rules")),
            sources,
            """
            definitions: ["%s"]
            silence: {test.mute: 2s}
            """
                .formatted(definitions));
  }

  @AfterEach
  void stop() throws Exception {
    if (engine != null) {
      engine.close();
    }
    if (feed != null) {
      feed.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  private Servers servers() {
    return Objects.requireNonNull(servers);
  }

  private static void source(Path folder, String name, String lateness, String idle)
      throws IOException {
    Files.writeString(
        folder.resolve("test." + name + ".yml"),
        """
        id: test.%s
        lateness: %s
        idle-timeout: %s
        sigma: [{product: test, service: %s}]
        time: {field: at, formats: [iso8601]}
        event-id: id
        fields:
          event.action: action
          user.name: who
        """
            .formatted(name, lateness, idle, name));
  }

  private static String login(String source) {
    return """
    name: %s_login
    title: A login
    logsource: {product: test, service: %s}
    detection: {selection: {action: login}, condition: selection}
    """
        .formatted(source, source);
  }

  private static String count(String name, String rules, int atLeast) {
    return """
    ---
    name: %s
    title: Many logins
    correlation: {type: event_count, rules: [%s], group-by: [user.name], timespan: 2m, condition: {gte: %d}}
    """
        .formatted(name, rules, atLeast);
  }

  private Path rules(String name, String... documents) throws IOException {
    Path rules = Files.createDirectories(folder.resolve(name));
    String yaml = login("quick") + "---\n" + login("slow") + "---\n" + login("mute");
    Files.writeString(rules.resolve("logins.yml"), yaml + String.join("", documents));
    return rules;
  }

  private void logIn(String source, String who, Instant at) {
    events++;
    KafkaFeed into = Objects.requireNonNull(feed);
    String record =
        "{\"at\":\"%s\",\"id\":\"e%d\",\"action\":\"login\",\"who\":\"%s\"}"
            .formatted(at, events, who);
    into.send("test." + source, record.getBytes(StandardCharsets.UTF_8));
    into.flush();
  }

  /** Gives the time from which the rules decide. */
  private Instant publish(Path rules) throws Exception {
    try (Engine command =
        Engine.start(
            folder,
            "rules",
            "publish",
            rules.toString(),
            "--config",
            config.toString(),
            "--from",
            "now+5s")) {
      assertThat(command.awaitExit()).as(command.output()).isZero();
      Matcher from = Pattern.compile("decides from (\\S+Z)").matcher(command.output());
      assertThat(from.find()).as(command.output()).isTrue();
      return Instant.parse(from.group(1));
    }
  }

  /** How an alert of the rule about somebody stands. */
  private Optional<String> standing(String rule, String who) throws Exception {
    for (ObjectNode alert : servers().alerts().values()) {
      if (alert.at("/rule/id").asText().equals(rule)
          && alert.at("/vigie/alert/group/values/0").asText().equals(who)) {
        return Optional.of(alert.at("/vigie/alert/standing").asText());
      }
    }
    return Optional.empty();
  }

  private String output() throws IOException {
    return Objects.requireNonNull(engine).output();
  }

  private void awaitSettled(String rule, String who) throws InterruptedException {
    Waiting.until(
        "the alert of " + rule + " about " + who,
        () -> standing(rule, who).equals(Optional.of(SETTLED)),
        this::output);
  }

  @Test
  void rulesWaitForTheirOwnSourcesAndAreReplacedWhileTheJobRuns() throws Exception {
    rules(
        "rules",
        count("quick_three", "quick_login", 3),
        count("slow_three", "slow_login", 3),
        count("both_three", "quick_login, slow_login", 3),
        count("changed", "quick_login", 100),
        count("removed", "quick_login", 3));
    engine = Engine.start(folder, "run", "--config", config.toString());

    engine.page();

    // One source is nine minutes behind, and one says nothing.
    Instant start = Instant.now();
    for (int i = 0; i < 3; i++) {
      logIn("slow", "ann", start.minusSeconds(540 - i));
      logIn("quick", "ann", Instant.now());
    }
    Stopwatch latency = Stopwatch.start("events of one source, others behind and silent");
    awaitSettled("quick_three", "ann");
    latency.tell("the alert is settled");
    awaitSettled("removed", "ann");
    Waiting.until("first words", () -> standing("slow_three", "ann").isPresent(), this::output);
    assertThat(standing("slow_three", "ann")).contains(PROVISIONAL);
    assertThat(standing("both_three", "ann")).contains(PROVISIONAL);
    Waiting.until(
        "word of the silent source",
        () -> standing("vigie.system.source-silent", "test.mute").isPresent(),
        this::output);

    // Rules are replaced between the second and the third event of a group.
    logIn("quick", "bob", Instant.now());
    logIn("quick", "bob", Instant.now());
    Path next =
        rules(
            "next",
            count("quick_three", "quick_login", 3),
            count("slow_three", "slow_login", 3),
            count("both_three", "quick_login, slow_login", 3),
            count("changed", "quick_login", 3));
    Stopwatch publishing = Stopwatch.start("rules published to decide from in 5 s");
    logInAfter(publish(next), "bob");
    publishing.tell("they decide");
    awaitSettled("quick_three", "bob");
    publishing.tell("an alert of theirs is settled");
    awaitSettled("changed", "bob");
    assertThat(standing("removed", "bob")).isEmpty();

    // And back.
    logIn("quick", "eve", Instant.now());
    logIn("quick", "eve", Instant.now());
    logInAfter(publish(folder.resolve("rules")), "eve");
    awaitSettled("quick_three", "eve");
    logIn("quick", "joe", Instant.now());
    logIn("quick", "joe", Instant.now());
    logIn("quick", "joe", Instant.now());
    awaitSettled("removed", "joe");
    assertThat(standing("changed", "eve")).isEmpty();
    assertThat(standing("slow_three", "ann")).contains(PROVISIONAL);
  }

  private void logInAfter(Instant time, String who) throws InterruptedException {
    while (!Instant.now().isAfter(time)) {
      Thread.sleep(50);
    }
    logIn("quick", who, Instant.now());
  }
}
