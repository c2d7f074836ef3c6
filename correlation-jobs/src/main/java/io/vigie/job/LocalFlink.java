package io.vigie.job;

import io.vigie.rules.RulePack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The job in a Flink cluster inside this process, for one machine. */
public final class LocalFlink implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final StreamExecutionEnvironment env;
  private final JobClient job;
  private final int webPort;
  private final Optional<Path> restoredFrom;
  private volatile @Nullable JobExecutionResult result;

  private LocalFlink(
      StreamExecutionEnvironment env, JobClient job, int webPort, Optional<Path> restoredFrom) {
    this.env = env;
    this.job = job;
    this.webPort = webPort;
    this.restoredFrom = restoredFrom;
  }

  /**
   * Starts the job where its last checkpoint left it.
   *
   * @param webPort of Flink's page on loopback; 0 for a free one
   */
  public static LocalFlink start(JobConfig config, RulePack rules, int webPort) throws Exception {
    int port = webPort == 0 ? freePort() : webPort;
    Configuration flink = MainJob.flinkOptions(config);
    flink.set(RestOptions.ADDRESS, LOOPBACK);
    flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    flink.set(RestOptions.PORT, port);
    flink.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.HOST, LOOPBACK);
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    flink.set(WebOptions.CANCEL_ENABLE, false);
    Optional<Path> checkpoint =
        config.untilEnd()
            ? Optional.empty()
            : newestCheckpoint(localFolder(config.checkpointFolder()));
    checkpoint.ifPresent(
        path -> flink.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(flink);
    env.setParallelism(Math.min(4, Runtime.getRuntime().availableProcessors()));
    MainJob.build(env, config, rules);
    return new LocalFlink(env, env.executeAsync("vigie"), port, checkpoint);
  }

  private static Path localFolder(String folder) {
    if (folder.contains("://")) {
      throw new IllegalArgumentException(
          "vigie run keeps its checkpoints on this machine: checkpoints.folder must be a folder, not "
              + folder);
    }
    return Path.of(folder);
  }

  /** The newest complete checkpoint of any run of the job: Flink makes a folder for each run. */
  private static Optional<Path> newestCheckpoint(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> tree = Files.walk(folder, 3)) {
      return tree.filter(path -> path.endsWith("_metadata"))
          .max(Comparator.comparing(path -> path.toFile().lastModified()))
          .map(Path::getParent);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The checkpoint that the job went on from, if there was one. */
  public Optional<Path> restoredFrom() {
    return restoredFrom;
  }

  /** Flink's own page. */
  public String webAddress() {
    return "http://" + LOOPBACK + ":" + webPort;
  }

  /** How many records became events or were rejected, and how many matches there were, so far. */
  public record Counters(long events, long rejected, long matches) {}

  public Counters counters() throws Exception {
    JobExecutionResult ended = result;
    Map<String, Object> accumulators =
        ended == null ? job.getAccumulators().get() : ended.getAllAccumulatorResults();
    return new Counters(
        count(accumulators, MatchOperator.EVENTS),
        count(accumulators, MatchOperator.REJECTED_RECORDS),
        count(accumulators, MatchOperator.MATCHES));
  }

  private static long count(Map<String, Object> accumulators, String name) {
    return accumulators.get(name) instanceof Long number ? number : 0;
  }

  /** Waits for the end; throws the reason where the job failed. */
  public void await() throws Exception {
    result = job.getJobExecutionResult().get();
  }

  @Override
  public void close() throws IOException {
    try {
      if (result == null && !job.getJobStatus().get().isGloballyTerminalState()) {
        job.cancel().get();
      }
      env.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IOException("Flink does not stop: " + e.getMessage(), e);
    }
  }
}
