package io.vigie.demo;

import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedElasticsearch;
import io.vigie.embedded.EmbeddedKafka;
import io.vigie.feed.KafkaFeed;
import io.vigie.ingest.LogSources;
import io.vigie.job.EngineOptions;
import io.vigie.job.JobConfig;
import io.vigie.job.LocalFlink;
import io.vigie.job.sink.ElasticsearchConfig;
import io.vigie.reference.ReferenceConfig;
import io.vigie.rules.RulePack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Runs the whole engine on this machine over the demo's stories. */
public final class Demo {
  private static final String ALERTS = "vigie.alerts";
  private static final String DEAD_LETTERS = "vigie.dead-letters";
  private static final int PARTITIONS = 2;

  /** How long the stories take to be told when somebody watches. */
  private static final Duration TELLING = Duration.ofSeconds(20);

  private final DemoStories stories;
  private final Path rulesFolder;
  private final RulePack rules;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * Of one seed.
   *
   * @param out takes the alerts
   * @param err takes the progress
   */
  public Demo(long seed, Path rulesFolder, RulePack rules, PrintWriter out, PrintWriter err) {
    this.stories = new DemoStories(seed, Instant.now());
    this.rulesFolder = rulesFolder;
    this.rules = rules;
    this.out = out;
    this.err = err;
  }

  /**
   * Tells the stories, waits for the end of the job, and compares.
   *
   * @return whether exactly the expected alerts are in Elasticsearch
   */
  public boolean once() throws Exception {
    Path folder = Files.createTempDirectory("vigie-demo");
    try (EmbeddedKafka kafka = kafka(folder);
        EmbeddedElasticsearch elasticsearch = elasticsearch(folder)) {
      tell(kafka, Duration.ZERO);
      long begun = System.nanoTime();
      try (AlertTable table = new AlertTable(kafka.bootstrapServers(), ALERTS, out);
          LocalFlink flink =
              LocalFlink.start(config(kafka, elasticsearch, folder).withUntilEnd(true), rules, 0)) {
        say("the job runs; Flink's page is " + flink.webAddress());
        flink.await();
        double seconds = (System.nanoTime() - begun) / 1e9;
        table.finish();
        StoredAlerts stored = StoredAlerts.read(elasticsearch.uri());
        summary(flink.counters(), stored.count());
        out.printf(
            "%.1f s: %,.0f events/s, start of the job included%n",
            seconds, flink.counters().events() / seconds);
        howToSearch(elasticsearch);
        say("this demo ends now; without --once it stays up to be searched");
        return isAsExpected(stored);
      }
    } finally {
      deleteFolder(folder);
    }
  }

  /** Tells the stories while the job runs, and goes on until the process is stopped. */
  public void untilStopped() throws Exception {
    Path folder = Files.createTempDirectory("vigie-demo");
    try (EmbeddedKafka kafka = kafka(folder);
        EmbeddedElasticsearch elasticsearch = elasticsearch(folder);
        AlertTable table = new AlertTable(kafka.bootstrapServers(), ALERTS, out);
        LocalFlink flink = LocalFlink.start(config(kafka, elasticsearch, folder), rules, 0)) {
      removeAtExit(kafka, elasticsearch, folder);
      say("the job runs; Flink's page is " + flink.webAddress());
      long told = tell(kafka, TELLING);
      while (flink.counters().events() < told) {
        Thread.sleep(200);
      }
      // Two checkpoints: whatever was decided has been written by then.
      Thread.sleep(4_000);
      table.finish();
      summary(flink.counters(), StoredAlerts.read(elasticsearch.uri()).count());
      howToSearch(elasticsearch);
      say("Kafka is at " + kafka.bootstrapServers() + "; Flink's page is " + flink.webAddress());
      say("everything goes on running; Ctrl-C ends and removes it");
      flink.await();
    }
  }

  /** The servers end by themselves too, but their folder can only go when they have. */
  private static void removeAtExit(
      EmbeddedKafka kafka, EmbeddedElasticsearch elasticsearch, Path folder) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  kafka.close();
                  elasticsearch.close();
                  deleteFolder(folder);
                }));
  }

  private EmbeddedKafka kafka(Path folder) throws IOException, InterruptedException {
    say("starting Kafka");
    EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, AfterClose.DELETE_DATA);
    kafka.createTopic("aws.cloudtrail", PARTITIONS);
    kafka.createTopic(ALERTS, PARTITIONS);
    kafka.createTopic(DEAD_LETTERS, PARTITIONS);
    return kafka;
  }

  private EmbeddedElasticsearch elasticsearch(Path folder)
      throws IOException, InterruptedException {
    say("starting Elasticsearch");
    return EmbeddedElasticsearch.start(
        folder.resolve("elasticsearch"), 0, AfterClose.DELETE_DATA, this::say);
  }

  private JobConfig config(EmbeddedKafka kafka, EmbeddedElasticsearch elasticsearch, Path folder) {
    return new JobConfig(
        kafka.bootstrapServers(),
        Map.of(),
        ElasticsearchConfig.open(elasticsearch.uri()),
        List.of("aws.cloudtrail"),
        LogSources.builtIn(),
        List.of(rulesFolder),
        folder.resolve("checkpoints").toString(),
        Duration.ofSeconds(2),
        ALERTS,
        DEAD_LETTERS,
        "vigie.rules",
        ReferenceConfig.ofTopics(),
        EngineOptions.DEFAULT,
        false);
  }

  private long tell(EmbeddedKafka kafka, Duration within) throws InterruptedException {
    List<DemoRecord> records = stories.records();
    say("telling " + records.size() + " records of six hours at an invented company");
    try (KafkaFeed feed = new KafkaFeed(kafka.bootstrapServers(), Map.of())) {
      int chunk = Math.max(1, records.size() / 100);
      for (int i = 0; i < records.size(); i++) {
        feed.send(records.get(i).source(), records.get(i).json());
        if (i % chunk == 0) {
          Thread.sleep(within.toMillis() / 100);
        }
      }
      feed.flush();
    }
    return records.size();
  }

  private void summary(LocalFlink.Counters counters, int alerts) {
    out.printf(
        "%n%,d events, %,d matches, %d alerts%n", counters.events(), counters.matches(), alerts);
    out.flush();
  }

  private void howToSearch(EmbeddedElasticsearch elasticsearch) {
    out.printf(
        "%nSearch them, for example the high and critical ones:%n"
            + "  curl -G '%1$s/logs-vigie.alerts-default/_search?pretty' --data-urlencode"
            + " 'q=event.severity:>=73'%n"
            + "all events behind an alert:%n"
            + "  curl -G '%1$s/logs-vigie.evidence-default/_search?pretty' --data-urlencode"
            + " 'q=vigie.alert.id:\"ID\"'%n%n",
        elasticsearch.uri());
    out.flush();
  }

  private boolean isAsExpected(StoredAlerts stored) {
    List<String> missing = new ArrayList<>();
    List<String> found = stored.names();
    for (ExpectedAlert expected : stories.expectedAlerts()) {
      String name = StoredAlerts.name(expected.ruleId(), expected.group());
      if (!found.remove(name)) {
        missing.add(expected.ruleTitle() + " " + expected.group() + " (" + expected.story() + ")");
      }
    }
    missing.forEach(alert -> say("MISSING: " + alert));
    found.forEach(alert -> say("NOT EXPECTED: " + alert));
    if (missing.isEmpty() && found.isEmpty()) {
      say("all " + stored.count() + " expected alerts were found, and no other");
    }
    return missing.isEmpty() && found.isEmpty();
  }

  private void say(String text) {
    err.println("vigie: " + text);
    err.flush();
  }

  private static void deleteFolder(Path folder) {
    try (var tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException stillInUse) {
      // A temporary folder: the system removes what is left.
      return;
    }
  }
}
