package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Progress;
import io.vigie.correlation.RuleBudgets;
import io.vigie.ingest.LogSources;
import io.vigie.release.OneReleaseHandle;
import io.vigie.rules.RulePack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Test;

/**
 * What it costs to wait for the second step of a sequence in very many groups at once: state, heap,
 * and the time to go on after a restart. Each line is measured in a new JVM, in one subtask of the
 * correlating operator on its own, with the checkpoint in files. The name is none that Surefire
 * looks for, so that it runs only when it is called.
 */
final class LiveKeysBenchmark {
  private static final String KEYS = System.getProperty("keys", "10000,100000,1000000");
  private static final String BACKENDS = System.getProperty("backends", "heap,rocksdb");
  private static final String DOCUMENTS = System.getProperty("documents", "0,1300");
  private static final String HEAP = System.getProperty("heap", "6g");

  private static final RuleBudgets BUDGETS = RuleBudgets.DEFAULT;

  /** More keys than a rule may have unless somebody says so. */
  private static final EngineOptions OPTIONS =
      new EngineOptions(
          EngineOptions.DEFAULT.alertsPerHour(),
          new RuleBudgets(BUDGETS.time(), BUDGETS.perMatch(), 100_000_000, BUDGETS.rows()),
          Map.of(),
          Set.of());

  private static final int MAX_PARALLELISM = 128;
  private static final long START = 1_700_000_000_000L;
  private static final long SPREAD = 3_000_000;
  private static final int FED_AT_ONCE = 1000;
  private static final int COMPLETED = 1000;
  private static final String SOURCE = "aws.cloudtrail";
  private static final String RULE = "5e0f2c7a-8f0b-4d55-9a3e-0c1d2e3f4a5b";
  private static final String RULES =
      """
      name: login
      title: A login
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: ConsoleLogin}, condition: selection}
      ---
      name: key
      title: A key
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: CreateAccessKey}, condition: selection}
      ---
      id: %s
      title: A key after a login
      correlation:
        type: temporal_ordered
        rules: [login, key]
        group-by: [userIdentity.arn]
        timespan: 1h
      """;

  @Test
  void run() throws Exception {
    System.out.printf(
        """
        One match waits for each key. Bytes for each key: its document, in the checkpoint, on the heap
        after GC. Live: microseconds of one core for a match. Restart: seconds on the clock; of one
        core to read the state and to rebuild the windows; matches for each of these seconds.
             keys backend  document  checkpoint    heap     live  restart     read  rebuild  matches/s
        """);
    for (String size : KEYS.split(",", -1)) {
      for (String backend : BACKENDS.split(",", -1)) {
        for (String document : DOCUMENTS.split(",", -1)) {
          measure(backend, size, document);
        }
      }
    }
  }

  private static void measure(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                LiveKeysBenchmark.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // What a process below the test's writes must not go past the test's own output.
    process.inputReader().lines().forEach(System.out::println);
    int code = process.waitFor();
    if (code != 0) {
      System.out.printf("%s: ended with code %d%n", String.join(" ", arguments), code);
    }
  }

  /** Measures one line of the table: backend, number of keys, bytes of a document. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("live-keys");
    try {
      new Line(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), folder).measure();
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /** One line of the table. */
  private static final class Line {
    private final int keys;
    private final boolean rocksDb;
    private final int document;
    private final Path folder;

    Line(String backend, int keys, int document, Path folder) {
      this.rocksDb = backend.equals("rocksdb");
      this.keys = keys;
      this.document = document;
      this.folder = folder;
    }

    private void measure() throws Exception {
      long live = 0;
      long heap;
      OperatorSubtaskState checkpoint;
      try (var harness = harness()) {
        harness.open();
        long before = usedHeap();
        for (int i = 0; i < keys; i += FED_AT_ONCE) {
          List<Input> inputs = new ArrayList<>();
          for (int key = i; key < Math.min(keys, i + FED_AT_ONCE); key++) {
            inputs.add(match(key, 0, time(key)));
          }
          inputs.add(progress(time(i) - 10_000));
          if (i + FED_AT_ONCE >= keys) {
            inputs.add(progress(time(keys)));
          }
          live -= coreTime();
          for (Input input : inputs) {
            harness.processElement(input, 0);
          }
          live += coreTime();
          harness.getSideOutput(Stage.toLevel(2)).clear();
        }
        heap = usedHeap() - before;
        checkpoint = harness.snapshot(1, 1);
      }
      restart(live, heap, checkpoint);
    }

    private void restart(long live, long heap, OperatorSubtaskState checkpoint) throws Exception {
      try (var harness = harness()) {
        harness.setRestoredCheckpointId(1);
        long start = System.nanoTime();
        long read = -coreTime();
        harness.initializeState(checkpoint);
        read += coreTime();
        long rebuilt = -coreTime();
        harness.open();
        rebuilt += coreTime();
        double seconds = (System.nanoTime() - start) / 1e9;
        for (int key = 0; key < keys; key += Math.max(1, keys / COMPLETED)) {
          harness.processElement(match(key, 1, time(keys) + 1000), 0);
        }
        harness.processElement(progress(time(keys) + 1000), 0);
        int alerts = harness.extractOutputValues().size();
        if (alerts != Math.min(keys, COMPLETED)) {
          throw new IllegalStateException(alerts + " alerts after the restart");
        }
        System.out.printf(
            "%,9d %-8s%,9d %,11d %,7d %,8.1f %,8.1f %,8.1f %,8.1f %,10.0f%n",
            keys,
            rocksDb ? "rocksdb" : "heap",
            document,
            checkpoint.getStateSize() / keys,
            heap / keys,
            live / 1e3 / keys,
            seconds,
            read / 1e9,
            rebuilt / 1e9,
            keys / ((read + rebuilt) / 1e9));
      }
    }

    /** Of this thread, nanoseconds. */
    private static long coreTime() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Input, Alert> harness()
        throws Exception {
      RulePack pack =
          new RulePack(
              List.of(
                  new RulePack.File(
                      "rules.yml", RULES.formatted(RULE).getBytes(StandardCharsets.UTF_8))),
              LogSources.builtIn());
      var harness =
          new KeyedOneInputStreamOperatorTestHarness<String, Input, Alert>(
              new CorrelateOperator(new OneReleaseHandle(pack), 1, Set.of(SOURCE), OPTIONS),
              input -> input.key(),
              Types.STRING,
              MAX_PARALLELISM,
              1,
              0);
      harness.getExecutionConfig().setUseSnapshotCompression(true);
      harness.setStateBackend(backend());
      harness.setCheckpointStorage(new FileSystemCheckpointStorage(folder.toUri()));
      return harness;
    }

    private StateBackend backend() {
      if (!rocksDb) {
        return new HashMapStateBackend();
      }
      EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(true);
      backend.getMemoryConfiguration().setUseManagedMemory(false);
      backend.setDbStoragePath(folder.resolve("rocksdb").toUri().toString());
      return backend;
    }

    private static long usedHeap() throws InterruptedException {
      for (int i = 0; i < 3; i++) {
        System.gc();
        Thread.sleep(100);
      }
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** In whole seconds, as CloudTrail has them. */
    private long time(int key) {
      return START + (long) key * SPREAD / keys / 1000 * 1000;
    }

    private Input match(int key, int step, long time) {
      SplittableRandom random = new SplittableRandom(2L * key + step);
      String id = new UUID(random.nextLong(), random.nextLong()).toString();
      return new Match(
          RULE,
          List.of("arn:aws:iam::123456789012:user/person-%07d".formatted(key)),
          step,
          time,
          id,
          List.of(),
          1,
          document == 0 ? List.of() : List.of(evidence(id, time, random)));
    }

    /** Half of the text differs from document to document, as it does in real ones. */
    private Evidence evidence(String id, long time, SplittableRandom random) {
      StringBuilder json = new StringBuilder("{\"event\":{\"id\":\"" + id + "\"}");
      for (int field = 0; json.length() < document - 2; field++) {
        json.append(",\"aws.cloudtrail.field_").append(field).append("\":\"");
        json.append(Long.toHexString(random.nextLong())).append('"');
      }
      return new Evidence(
          "A login", time, id, json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Progress progress(long clock) {
      return new Progress(SOURCE, SOURCE + "/0", clock, 0, 1, Routes.keyOf(0, 1, MAX_PARALLELISM));
    }
  }
}
