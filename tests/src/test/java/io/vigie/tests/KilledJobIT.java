package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guarantee: after kill -9 in the middle of an episode every alert is there once, and whole. */
class KilledJobIT {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.vigie.tests.Story#seeds")
  void aJobThatIsKilledBetweenMatchesOfAnEpisodeFindsTheSameAlerts(long seed) throws Exception {
    Story story = Story.of(seed);
    Random random = new Random(seed);
    try (Servers servers = Servers.start();
        Feeding feeding = Feeding.start(servers, story)) {
      String config = servers.configuration(folder, Project.library()).toString();
      Iterator<Integer> moments = story.moments(Death.values().length).iterator();
      for (Death death : Death.values()) {
        try (Engine engine = Engine.start(folder, "run", "--config", config)) {
          feeding.upTo(moments.next());
          switch (death) {
            case AT_ANY_TIME -> {
              engine.page();
              Thread.sleep(random.nextInt(4_000));
            }
            case AFTER_A_CHECKPOINT -> awaitCheckpoint(engine);
            case DURING_A_CHECKPOINT -> awaitStartOfCheckpoint(engine);
          }
          engine.kill();
        }
      }
      feeding.goOn();
      Stopwatch recovery = Stopwatch.start("engine killed and started again");
      try (Engine last = Engine.start(folder, "run", "--config", config)) {
        Waiting.until("the job", () -> last.page().runs(), last::output);
        recovery.tell("every task runs again");
        feeding.awaitEnd();
        Waiting.until("the alerts", () -> story.isTold(servers), last::output);
        recovery.tell("all alerts are there");
        last.page().awaitCheckpoints(last::output);
        assertPageIsForLookingOnly(last.page());
        assertThat(last.output()).contains("goes on from checkpoint");
      }
      story.assertTold(servers);
    }
  }

  /** When the job is killed. */
  private enum Death {
    AT_ANY_TIME,
    AFTER_A_CHECKPOINT,
    DURING_A_CHECKPOINT
  }

  private static void assertPageIsForLookingOnly(FlinkPage page) throws Exception {
    assertThat(page.status("PATCH", "/jobs/" + "0".repeat(32) + "?mode=cancel")).isEqualTo(403);
    assertThat(page.status("POST", "/jars/upload")).isEqualTo(403);
    assertThat(page.status("GET", "/jobs/" + "0".repeat(32) + "/yarn-cancel")).isEqualTo(403);
    assertThat(page.status("GET", "/overview")).isEqualTo(200);
  }

  /** Two checkpoints that began after all was fed hold some or all of it. */
  private void awaitCheckpoint(Engine engine) throws InterruptedException {
    long since = System.currentTimeMillis();
    Waiting.until(
        "a checkpoint",
        () -> {
          try (Stream<Path> tree = Files.walk(folder.resolve("checkpoints"))) {
            return tree.anyMatch(
                path -> path.endsWith("_metadata") && path.toFile().lastModified() > since + 3_000);
          }
        },
        engine::output);
  }

  /** A checkpoint has its folder from its start, and its metadata when it is complete. */
  private void awaitStartOfCheckpoint(Engine engine) throws IOException, InterruptedException {
    FlinkPage page = engine.page();
    Waiting.until("the job", page::runs, engine::output);
    Set<Path> before = checkpoints();
    Set<Path> now = before;
    while (before.containsAll(now)) {
      assertThat(engine.isAlive()).as(engine.output()).isTrue();
      now = checkpoints();
    }
  }

  private Set<Path> checkpoints() throws IOException {
    Set<Path> found = new HashSet<>();
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder.resolve("checkpoints"))) {
      for (Path run : runs) {
        try (DirectoryStream<Path> ofRun = Files.newDirectoryStream(run, "chk-*")) {
          ofRun.forEach(found::add);
        }
      }
    }
    return found;
  }
}
