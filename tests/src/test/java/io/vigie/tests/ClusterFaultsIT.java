package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guarantee: whatever befalls a task manager in the middle of an episode, every alert is there
 * once, and whole.
 */
class ClusterFaultsIT {
  /**
   * For each fault: one for the loss of the task manager, one for each of the ways in which the
   * others may learn of it before that: a connection that breaks, a checkpoint that cannot be told.
   */
  private static final int RESTARTS = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.vigie.tests.Story#seeds")
  void aTaskManagerThatIsKilledOrHangsAndWakesUpAgainChangesNothing(long seed) throws Exception {
    Story story = Story.of(seed);
    Random random = new Random(seed);
    Iterator<Integer> moments = story.moments(2).iterator();
    try (Servers servers = Servers.start();
        Cluster cluster = Cluster.start(folder, 2);
        Feeding feeding = Feeding.start(servers, story)) {
      cluster.submit(servers.configuration(folder, Project.library()));

      feeding.upTo(moments.next());
      Thread.sleep(random.nextInt(2_000));
      feeding.goOnTo(moments.next());
      Stopwatch killed = Stopwatch.start("task manager killed");
      cluster.taskManager(0).kill();
      cluster.startTaskManager();
      awaitRestart(cluster, 0);
      killed.tell("every task runs again");

      feeding.awaitPosition();
      Thread.sleep(random.nextInt(2_000));
      feeding.goOn();
      int restarts = cluster.page().restarts();
      Stopwatch stopped = Stopwatch.start("task manager stopped");
      JavaProcess zombie = cluster.taskManager(1);
      Signals.stop(zombie.pid());
      cluster.startTaskManager();
      awaitRestart(cluster, restarts);
      stopped.tell("every task runs again");
      feeding.awaitEnd();
      Waiting.until("the alerts", () -> story.isTold(servers), cluster::output);
      stopped.tell("all alerts are there");

      Signals.resume(zombie.pid());
      Waiting.until(
          "the zombie to come back", () -> cluster.page().taskManagers() == 3, cluster::output);
      cluster.page().awaitCheckpoints(cluster::output);
      story.assertTold(servers);
      assertThat(cluster.page().restarts())
          .as(cluster.page().failures())
          .isBetween(2, 2 * RESTARTS);
    }
  }

  private static void awaitRestart(Cluster cluster, int before) throws InterruptedException {
    Waiting.until("the loss", () -> cluster.page().restarts() > before, cluster::output);
    Waiting.until("the job", () -> cluster.page().runs(), cluster::output);
  }
}
