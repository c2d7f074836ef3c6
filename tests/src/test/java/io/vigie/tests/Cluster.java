package io.vigie.tests;

import io.vigie.job.MainJob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/**
 * A Flink cluster as its own scripts start it: a job manager and task managers with one slot each,
 * every one a process, all on loopback. They know of a silent one's death after {@link
 * #HEARTBEAT_TIMEOUT}.
 */
final class Cluster implements AutoCloseable {
  static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(6);

  /** Flink's own configuration opens this and more packages to it. */
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx640m",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "-Dlogback.configurationFile="
              + Project.root().resolve("correlation-jobs/src/main/resources/logback.xml"));

  /** What is Vigie's comes with the job, as with every job of a cluster. */
  private static final Map<Boolean, List<String>> CLASS_PATH =
      JavaProcess.CLASS_PATH.stream().collect(Collectors.partitioningBy(Cluster::comesWithTheJob));

  private static boolean comesWithTheJob(String entry) {
    Path path = Path.of(entry);
    return path.startsWith(Project.root()) && !path.endsWith("test-classes");
  }

  private final Path folder;
  private final int webPort;
  private final JavaProcess jobManager;
  private final List<JavaProcess> taskManagers = new ArrayList<>();

  private Cluster(Path folder, int webPort, JavaProcess jobManager) {
    this.folder = folder;
    this.webPort = webPort;
    this.jobManager = jobManager;
  }

  static Cluster start(Path folder, int taskManagers) throws IOException, InterruptedException {
    int rpcPort = freePort();
    int webPort = freePort();
    Files.writeString(folder.resolve("config.yaml"), settings(folder, rpcPort, webPort));
    JavaProcess jobManager =
        JavaProcess.start(
            folder,
            OPTIONS,
            CLASS_PATH.get(false),
            Map.of(),
            StandaloneSessionClusterEntrypoint.class,
            List.of("--configDir", folder.toString()));
    Cluster cluster = new Cluster(folder, webPort, jobManager);
    for (int i = 0; i < taskManagers; i++) {
      cluster.startTaskManager();
    }
    Waiting.until(
        "the task managers", () -> cluster.page().taskManagers() == taskManagers, cluster::output);
    return cluster;
  }

  /** Memory is said in full, as Flink's start script would work it out. */
  private static String settings(Path folder, int rpcPort, int webPort) {
    return """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %1$d
        jobmanager.bind-host: 127.0.0.1
        rest.address: 127.0.0.1
        rest.bind-address: 127.0.0.1
        rest.port: %2$d
        taskmanager.host: 127.0.0.1
        taskmanager.bind-host: 127.0.0.1
        taskmanager.numberOfTaskSlots: 1
        taskmanager.cpu.cores: 1.0
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.task.heap.size: 384m
        taskmanager.memory.task.off-heap.size: 0m
        taskmanager.memory.network.min: 64m
        taskmanager.memory.network.max: 64m
        taskmanager.memory.managed.size: 32m
        taskmanager.memory.jvm-metaspace.size: 256m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        parallelism.default: 2
        heartbeat.interval: 1s
        heartbeat.timeout: %3$ds
        io.tmp.dirs: %4$s
        """
        .formatted(rpcPort, webPort, HEARTBEAT_TIMEOUT.toSeconds(), folder);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void startTaskManager() throws IOException {
    taskManagers.add(
        JavaProcess.start(
            folder,
            OPTIONS,
            CLASS_PATH.get(false),
            Map.of(),
            TaskManagerRunner.class,
            List.of("--configDir", folder.toString())));
  }

  JavaProcess taskManager(int number) {
    return taskManagers.get(number);
  }

  /** {@code flink run}; the job's classes lie where the cluster reads them. */
  void submit(Path config) throws IOException, InterruptedException {
    Path jar = folder.resolve("job.jar");
    new JarOutputStream(Files.newOutputStream(jar)).close();
    List<String> arguments = new ArrayList<>(List.of("run", "--detached"));
    for (String entry : CLASS_PATH.get(true)) {
      arguments.addAll(List.of("--classpath", Path.of(entry).toUri().toString()));
    }
    arguments.addAll(List.of("--class", MainJob.class.getName()));
    arguments.addAll(List.of(jar.toString(), "--config", config.toString()));
    try (JavaProcess flink =
        JavaProcess.start(
            folder,
            OPTIONS,
            CLASS_PATH.get(false),
            Map.of("FLINK_CONF_DIR", folder.toString()),
            CliFrontend.class,
            arguments)) {
      if (flink.awaitExit() != 0) {
        throw new AssertionError("flink run failed:\n" + flink.output());
      }
    }
    Waiting.until("the job", () -> page().runs(), this::output);
  }

  FlinkPage page() {
    return new FlinkPage(URI.create("http://127.0.0.1:" + webPort));
  }

  /** What all of them printed. */
  String output() throws IOException {
    StringBuilder output = new StringBuilder("job manager:\n").append(jobManager.output());
    for (JavaProcess taskManager : taskManagers) {
      output.append("task manager ").append(taskManager.pid()).append(":\n");
      output.append(taskManager.output());
    }
    return output.toString();
  }

  @Override
  public void close() throws InterruptedException {
    for (JavaProcess taskManager : taskManagers) {
      taskManager.close();
    }
    jobManager.close();
  }
}
