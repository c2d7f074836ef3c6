package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertDocument;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Reject;
import io.vigie.reference.FilesReference;
import io.vigie.reference.ReferenceHandle;
import io.vigie.release.OneReleaseHandle;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RulePack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * Detection over files: the operators of the main job, bounded, without Kafka and Elasticsearch.
 */
public final class DetectJob {
  private static final Duration PROGRESS = Duration.ofSeconds(3);

  /**
   * A file of raw records.
   *
   * @param source id of its log source
   * @param name of the file as the user wrote it
   */
  public record Input(String source, String name, Path path) {
    /** When its last record was written, milliseconds since 1970 UTC. */
    public long arrival() throws IOException {
      return Files.getLastModifiedTime(path).toMillis();
    }
  }

  private DetectJob() {}

  /**
   * Leads to reference data for a run.
   *
   * @param tables files of tables, by table
   * @param city and asn: MaxMind databases; null where there is none
   */
  public static FilesReference reference(
      RulePack rules,
      List<Input> inputs,
      Map<String, Path> tables,
      @Nullable Path city,
      @Nullable Path asn) {
    Map<String, String> files = new TreeMap<>();
    tables.forEach((table, file) -> files.put(table, file.toAbsolutePath().toString()));
    return new FilesReference(
        rules,
        files,
        city == null ? null : city.toAbsolutePath().toString(),
        asn == null ? null : asn.toAbsolutePath().toString(),
        inputs.stream()
            .map(
                input ->
                    new FilesReference.EventFile(
                        input.source(), input.path().toAbsolutePath().toString()))
            .toList());
  }

  /**
   * Runs to the end.
   *
   * @param alerts takes each alert as one line of JSON, sorted by time and id
   * @param rejects takes each record that is no event, as {@code FILE:LINE: CODE: message}
   * @param reference with the rows that the events of the inputs give
   * @param progress takes how many events have been read, every few seconds
   */
  @SuppressWarnings("try") // Flink closes with InterruptedException, which the caller handles
  public static void run(
      RulePack rules,
      ReferenceHandle reference,
      List<Input> inputs,
      Consumer<String> alerts,
      Consumer<String> rejects,
      LongConsumer progress)
      throws Exception {
    Configuration config = new Configuration();
    config.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(PipelineOptions.OBJECT_REUSE, true);
    config.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, PROGRESS);
    try (StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(
            Math.min(4, Runtime.getRuntime().availableProcessors()), config)) {
      ReleasesHandle releases = new OneReleaseHandle(rules);
      Pipeline.Result result =
          new Pipeline(releases, reference).runBounded(decoded(env, rules, inputs));
      DataStream<String> lines =
          result
              .rejected()
              .map(decoded -> "r" + line((Reject) decoded))
              .returns(Types.STRING)
              .union(sortedLines(result.alerts(), releases));
      ScheduledExecutorService clock =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "progress");
                thread.setDaemon(true);
                return thread;
              });
      try (CloseableIterator<String> all = lines.collectAsync()) {
        JobClient job = env.executeAsync("vigie detect");
        var unused =
            clock.scheduleAtFixedRate(
                () -> tell(job, progress),
                PROGRESS.toMillis(),
                PROGRESS.toMillis(),
                TimeUnit.MILLISECONDS);
        while (all.hasNext()) {
          String line = all.next();
          (line.charAt(0) == 'a' ? alerts : rejects).accept(line.substring(1));
        }
        progress.accept(count(job.getJobExecutionResult().get().getAllAccumulatorResults()));
      } finally {
        clock.shutdownNow();
      }
    }
  }

  private static void tell(JobClient job, LongConsumer progress) {
    try {
      progress.accept(count(job.getAccumulators().get()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException notRunning) {
      // Before the job has begun and after it has ended there is nothing to tell.
      return;
    }
  }

  private static long count(Map<String, Object> accumulators) {
    return accumulators.get(MatchOperator.EVENTS) instanceof Long number ? number : 0;
  }

  private static DataStream<Decoded> decoded(
      StreamExecutionEnvironment env, RulePack pack, List<Input> inputs) throws IOException {
    DataStream<Decoded> all = null;
    for (Input input : inputs) {
      DataStream<Decoded> decoded =
          env.fromSource(
              FileSource.forRecordStreamFormat(
                      new FileDecoder(pack, input.source(), input.name(), input.arrival()),
                      org.apache.flink.core.fs.Path.fromLocalFile(
                          input.path().toAbsolutePath().toFile()))
                  .build(),
              WatermarkStrategy.noWatermarks(),
              input.name());
      all = all == null ? decoded : all.union(decoded);
    }
    if (all == null) {
      throw new IllegalArgumentException("no input");
    }
    return all;
  }

  /** {@code FILE:LINE: CODE: message}. */
  public static String line(Reject reject) {
    return reject.origin().name()
        + ":"
        + reject.origin().position()
        + ": "
        + reject.reason()
        + ": "
        + reject.message();
  }

  /** Flink sorts a keyed batch by key and time: one key makes it sort all, on disk if need be. */
  private static DataStream<String> sortedLines(DataStream<Alert> alerts, ReleasesHandle releases) {
    return alerts
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Alert>noWatermarks()
                .withTimestampAssigner((alert, time) -> alert.firstSeen()))
        .keyBy(alert -> 0, Types.INT)
        .transform("sort", Types.STRING, new SortOperator(releases))
        .setParallelism(1);
  }

  /**
   * Writes alerts as lines; those of one time by their ids, and of a finding that was said again
   * what was said last.
   */
  private static final class SortOperator extends AbstractStreamOperator<String>
      implements OneInputStreamOperator<Alert, String>, BoundedOneInput {
    private final ReleasesHandle releases;
    private final TreeMap<String, Alert> simultaneous = new TreeMap<>();
    private long time = Long.MIN_VALUE;
    private transient @Nullable AlertDocument documents;

    private SortOperator(ReleasesHandle releases) {
      this.releases = releases;
    }

    @Override
    public void open() throws Exception {
      super.open();
      documents = new AlertDocument(releases.open());
    }

    @Override
    public void processElement(StreamRecord<Alert> element) {
      Alert alert = element.getValue();
      if (alert.firstSeen() != time) {
        writeSimultaneous();
        time = alert.firstSeen();
      }
      simultaneous.merge(
          alert.id(), alert, (one, other) -> one.lastSeen() >= other.lastSeen() ? one : other);
    }

    @Override
    public void endInput() {
      writeSimultaneous();
    }

    private void writeSimultaneous() {
      for (Alert alert : simultaneous.values()) {
        if (documents != null) {
          byte[] json = AlertDocument.bytes(documents.of(alert));
          output.collect(new StreamRecord<>("a" + new String(json, StandardCharsets.UTF_8)));
        }
      }
      simultaneous.clear();
    }
  }
}
