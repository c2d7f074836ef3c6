package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.alert.Alert;
import io.vigie.correlation.Standing;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.reference.ReferenceHandle;
import io.vigie.release.OneReleaseHandle;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A savepoint that a release has taken in the middle of episodes goes on in this one, whatever the
 * parallelism: the alerts are those of a run that was never interrupted. Kept with it are the
 * rules, the records that were fed before and those that come after, the alerts that were told
 * before, and those that are told in the end. Nothing of it may be left behind: Flink is not
 * allowed to.
 *
 * <p>{@code -Dsavepoint.update=RELEASE} takes one of this release and keeps it.
 */
@SuppressWarnings({
  "try", // Flink closes with InterruptedException; nobody interrupts a test
  "deprecation" // other sources have state of their own, which would lie in the savepoints
})
class SavepointOfReleaseIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SOURCE = "aws.cloudtrail";
  private static final String KEPT = "src/test/resources/savepoints";

  private static final String RULES =
      """
      name: a
      title: A
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: A}, condition: selection}
      ---
      name: b
      title: B
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: B}, condition: selection}
      ---
      name: c
      title: C
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: C}, condition: selection}
      ---
      name: count
      title: Three
      correlation: {type: event_count, rules: [a], group-by: [userIdentity.arn], timespan: 45m, condition: {gte: 3}}
      ---
      name: order
      title: One after the other
      correlation: {type: temporal_ordered, rules: [a, b, c], group-by: [userIdentity.arn], timespan: 40m}
      ---
      name: absent
      title: One without the other
      correlation: {type: temporal, rules: [b, c], group-by: [userIdentity.arn], timespan: 15m, condition: b and not c}
      ---
      name: new
      title: A new address
      correlation: {type: new_terms, rules: [c], group-by: [userIdentity.arn], fields: [sourceIPAddress], timespan: 1d, learning: 20m}
      ---
      name: chain
      title: Three, then another
      correlation: {type: temporal_ordered, rules: [count, c], group-by: [userIdentity.arn], timespan: 1h, generate: true}
      """;

  private static final Set<String> CORRELATIONS =
      Set.of("count", "order", "absent", "new", "chain");

  /** What the job that runs tells; jobs run one after the other, in this process. */
  private static final Queue<Alert> TOLD = new ConcurrentLinkedQueue<>();

  @TempDir private static Path fresh;

  /** What must not change of an alert from release to release. */
  private record Found(
      String id,
      String rule,
      List<String> group,
      long firstSeen,
      long lastSeen,
      int eventCount,
      List<String> eventIds) {
    static Found of(Alert alert) {
      return new Found(
          alert.id(),
          alert.rule(),
          alert.group(),
          alert.firstSeen(),
          alert.lastSeen(),
          alert.eventCount(),
          alert.eventIds().stream().sorted().toList());
    }
  }

  @BeforeAll
  static void takeOneOfThisRelease() throws Exception {
    take(fresh.resolve("this"));
  }

  static Stream<Arguments> savepoints() throws IOException {
    List<Path> all = new ArrayList<>(List.of(fresh.resolve("this")));
    if (Files.isDirectory(Path.of(KEPT))) {
      try (Stream<Path> kept = Files.list(Path.of(KEPT))) {
        kept.sorted().forEach(all::add);
      }
    }
    return all.stream()
        .flatMap(
            release ->
                Stream.of(List.of(1), List.of(2), List.of(2, 1))
                    .map(
                        parallelisms ->
                            Arguments.of(release.getFileName(), release, parallelisms)));
  }

  @ParameterizedTest(name = "{0} at {2}")
  @MethodSource("savepoints")
  void goesOnAsIfNothingHadHappened(Path name, Path release, List<Integer> parallelisms)
      throws Exception {
    RulePack rules = pack(Files.readString(release.resolve("rules.yml")));
    List<String> records = Files.readAllLines(release.resolve("after.ndjson"));
    Map<String, Found> found = read(release.resolve("told.ndjson"));
    Path savepoint = release.resolve("savepoint").toAbsolutePath();
    int fed = 0;
    for (int i = 0; i < parallelisms.size(); i++) {
      boolean last = i == parallelisms.size() - 1;
      int to = last ? records.size() : fed + (records.size() - fed) / 2;
      Path next = last ? null : fresh.resolve(name + "-" + i);
      found.putAll(run(rules, records.subList(fed, to), parallelisms.get(i), savepoint, next));
      fed = to;
      savepoint = next;
    }

    assertThat(found).isEqualTo(read(release.resolve("expected.ndjson")));
  }

  @Test
  @EnabledIfSystemProperty(named = "savepoint.update", matches = ".+")
  void keepOneOfThisRelease() throws Exception {
    Path kept = Path.of(KEPT, System.getProperty("savepoint.update"));
    FileUtils.deleteDirectory(kept.toFile());
    take(kept);
  }

  private static void take(Path folder) throws Exception {
    List<String> records = records();
    int cut = records.size() / 2;
    RulePack rules = pack(RULES);
    Files.createDirectories(folder);
    Map<String, Found> expected = run(rules, records, 1, null, null);
    Map<String, Found> told =
        run(rules, records.subList(0, cut), 1, null, folder.resolve("savepoint"));
    assertThat(expected.values()).extracting(Found::rule).containsAll(CORRELATIONS);
    assertThat(expected.values())
        .as("an alert that was told goes on")
        .anyMatch(
            alert ->
                told.containsKey(alert.id) && told.get(alert.id).eventCount < alert.eventCount);
    Set<String> before = new HashSet<>();
    for (String record : records.subList(0, cut)) {
      before.add(JSON.readTree(record).path("eventID").asText());
    }
    for (String rule : List.of("count", "order", "chain")) {
      assertThat(expected.values())
          .as("an alert of %s begins before and is told after", rule)
          .anyMatch(
              alert ->
                  alert.rule.equals(rule)
                      && !told.containsKey(alert.id)
                      && alert.eventIds.stream().anyMatch(before::contains));
    }
    Files.writeString(folder.resolve("rules.yml"), RULES);
    Files.write(folder.resolve("after.ndjson"), records.subList(cut, records.size()));
    Files.write(folder.resolve("before.ndjson"), records.subList(0, cut));
    write(folder.resolve("told.ndjson"), told);
    write(folder.resolve("expected.ndjson"), expected);
  }

  /** A minute apart, of a few people. */
  private static List<String> records() {
    Random random = new Random(11);
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      records.add(
          "{\"eventTime\":\"%s\",\"eventID\":\"e%03d\",\"eventName\":\"%s\",\"sourceIPAddress\":\"192.0.2.%d\",\"userIdentity\":{\"arn\":\"arn:aws:iam::123456789012:user/u%d\"}}"
              .formatted(
                  start.plusSeconds(60L * i),
                  i,
                  List.of("A", "A", "B", "C", "D").get(random.nextInt(5)),
                  random.nextInt(6),
                  random.nextInt(6)));
    }
    return records;
  }

  private static RulePack pack(String rules) {
    RulePack pack =
        new RulePack(
            List.of(new RulePack.File("rules.yml", rules.getBytes(StandardCharsets.UTF_8))),
            LogSources.builtIn());
    Problems problems = new Problems();
    assertThat(RuleSet.of(pack, problems).correlations()).isNotEmpty();
    assertThat(problems.errors()).isEmpty();
    return pack;
  }

  /**
   * Runs the job.
   *
   * @param from a savepoint to go on from, or null
   * @param to where to take a savepoint when everything was said, or null to run to the end
   * @return what was told last of each alert that stands
   */
  private static Map<String, Found> run(
      RulePack rules, List<String> records, int parallelism, Path from, Path to) throws Exception {
    Configuration config = new Configuration();
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(PipelineOptions.OBJECT_REUSE, true);
    config.set(PipelineOptions.MAX_PARALLELISM, 128);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    config.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.parse("1mb"));
    if (from != null) {
      config.set(StateRecoveryOptions.SAVEPOINT_PATH, from.toUri().toString());
    }
    TOLD.clear();
    Teller.SAID.drainPermits();
    try (StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, config)) {
      OneReleaseHandle handle = new OneReleaseHandle(rules);
      LogSource source = rules.sources().byId(SOURCE).orElseThrow();
      Pipeline pipeline = new Pipeline(handle, ReferenceHandle.none());
      pipeline.add(
          source,
          env.addSource(new Teller(rules, records, to == null), SOURCE, ValueType.DECODED)
              .uid("source-" + SOURCE),
          true);
      pipeline
          .run(EngineOptions.DEFAULT)
          .alerts()
          .map(SavepointOfReleaseIT::told)
          .returns(ValueType.ALERT)
          .uid("told")
          .sinkTo(new DiscardingSink<>())
          .uid("nowhere");
      JobClient job = env.executeAsync("savepoint");
      if (to == null) {
        job.getJobExecutionResult().get();
      } else {
        assertThat(Teller.SAID.tryAcquire(parallelism, 3, TimeUnit.MINUTES)).isTrue();
        String taken = savepoint(job, to.resolveSibling("taken"));
        job.cancel().get();
        Files.move(Path.of(URI.create(taken)), to);
      }
    }
    Map<String, Found> last = new TreeMap<>();
    for (Alert alert : TOLD) {
      if (alert.standing() == Standing.SETTLED) {
        last.put(alert.id(), Found.of(alert));
      }
    }
    return last;
  }

  /** The source may have said everything while some task has yet to start. */
  private static String savepoint(JobClient job, Path folder) throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        return job.triggerSavepoint(folder.toUri().toString(), SavepointFormatType.CANONICAL).get();
      } catch (ExecutionException e) {
        if (attempt == 600) {
          throw new AssertionError("no savepoint", e);
        }
        Thread.sleep(100);
      }
    }
  }

  private static Alert told(Alert alert) {
    TOLD.add(alert);
    return alert;
  }

  private static Map<String, Found> read(Path file) throws IOException {
    Map<String, Found> all = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      Found found = JSON.readValue(line, Found.class);
      all.put(found.id, found);
    }
    return all;
  }

  private static void write(Path file, Map<String, Found> all) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Found found : all.values()) {
      lines.add(JSON.writeValueAsString(found));
    }
    Files.write(file, lines);
  }
}
