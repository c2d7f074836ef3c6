package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guarantee: Kafka and Elasticsearch may die or hang while episodes are open; the job waits for
 * them, and every alert is there once, and whole.
 */
class ServerFaultsIT {
  /** For how long a server is away; the system property {@code outage.seconds}. */
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("outage.seconds", 60));

  private static final Duration SHORT_OUTAGE = OUTAGE.dividedBy(4);

  /** Kafka's clients may give up on a request of a broker that is gone; once for each outage. */
  private static final int RESTARTS = 2;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.vigie.tests.Story#seeds")
  void aBrokerThatIsKilledOrHangsIsWaitedFor(long seed) throws Exception {
    Story story = Story.of(seed);
    Iterator<Integer> moments = story.moments(2).iterator();
    try (Servers servers = Servers.start();
        Feeding feeding = Feeding.start(servers, story);
        Engine engine = run(servers)) {
      Waiting.until("the job", () -> engine.page().runs(), engine::output);

      feeding.upTo(moments.next());
      servers.kafka.kill();
      feeding.goOnTo(moments.next());
      await(SHORT_OUTAGE, engine);
      servers.kafka.startAgain();
      Stopwatch recovery = Stopwatch.start("broker killed and started again");
      feeding.awaitPosition();
      recovery.tell("it takes records again");
      engine.page().awaitCheckpoints(engine::output);
      recovery.tell("two checkpoints are complete");

      Signals.stop(servers.kafka.pid());
      feeding.goOn();
      await(OUTAGE, engine);
      Signals.resume(servers.kafka.pid());
      Stopwatch wake = Stopwatch.start("hanging broker goes on");
      feeding.awaitEnd();
      Waiting.until(
          "the alerts",
          () -> story.isTold(servers),
          () -> story.difference(servers) + engine.output());
      wake.tell("all alerts are there");

      engine.page().awaitCheckpoints(engine::output);
      story.assertTold(servers);
      assertThat(engine.page().restarts())
          .as(engine.page().failures())
          .isLessThanOrEqualTo(RESTARTS);
    }
  }

  @ParameterizedTest
  @MethodSource("io.vigie.tests.Story#seeds")
  void anElasticsearchThatIsKilledOrHangsIsWaitedFor(long seed) throws Exception {
    Story story = Story.of(seed);
    Iterator<Integer> moments = story.moments(2).iterator();
    try (Servers servers = Servers.start();
        Feeding feeding = Feeding.start(servers, story);
        Engine engine = run(servers)) {
      Waiting.until("the job", () -> engine.page().runs(), engine::output);

      feeding.upTo(moments.next());
      servers.killElasticsearch();
      int before = servers.records("vigie.alerts").size();
      feeding.upTo(moments.next());
      await(OUTAGE, engine);
      assertThat(servers.records("vigie.alerts"))
          .as("alerts are found while nobody keeps them")
          .hasSizeGreaterThan(before);
      Stopwatch recovery = Stopwatch.start("Elasticsearch killed, from its new start on");
      servers.startElasticsearchAgain();
      recovery.tell("it answers");
      engine.page().awaitCheckpoints(engine::output);
      recovery.tell("two checkpoints are complete");

      Signals.stop(servers.elasticsearchPid());
      feeding.goOn();
      await(SHORT_OUTAGE, engine);
      Signals.resume(servers.elasticsearchPid());
      Stopwatch wake = Stopwatch.start("hanging Elasticsearch goes on");
      feeding.awaitEnd();
      Waiting.until(
          "the alerts",
          () -> story.isTold(servers),
          () -> story.difference(servers) + engine.output());
      wake.tell("all alerts are there");

      engine.page().awaitCheckpoints(engine::output);
      story.assertTold(servers);
      assertThat(engine.page().restarts()).as(engine.page().failures()).isZero();
    }
  }

  private Engine run(Servers servers) throws IOException {
    return Engine.start(
        folder, "run", "--config", servers.configuration(folder, Project.library()).toString());
  }

  /** The job never stops meanwhile, though it can do nothing. */
  private static void await(Duration outage, Engine engine) throws Exception {
    long end = System.nanoTime() + outage.toNanos();
    while (System.nanoTime() < end) {
      assertThat(engine.page().state()).as(engine.output()).isIn("RUNNING", "RESTARTING");
      Thread.sleep(500);
    }
  }
}
