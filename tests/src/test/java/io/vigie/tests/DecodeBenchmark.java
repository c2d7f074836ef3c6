package io.vigie.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What it costs one thread to read an event, over real CloudTrail records. One operation reads all
 * of them. The name is none that Surefire looks for, so that it runs only when it is called.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final List<String> FOLDERS =
      List.of("aws.cloudtrail", "stratus", "invictus/cloudtrail.ndjson");
  private static final String READ_TREE = "Jackson readTree";

  /** By method, in the order of the table. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("tokens", "Jackson tokens only");
    NAMES.put("rulesFields", "event, fields of rules/library");
    NAMES.put("readTree", READ_TREE);
    NAMES.put("whole", "event, whole payload");
    NAMES.put("ecs", "event, whole payload, ECS document");
    NAMES.put("matchRulesFields", "event, fields of rules/library, match");
    NAMES.put("matchWhole", "event, whole payload, match");
  }

  private final JsonFactory factory = new JsonFactory();
  private final ObjectMapper mapper = new ObjectMapper();
  private List<RawRecord> records = List.of();
  private LogSource source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
  private RuleMatcher matcher;

  public DecodeBenchmark() {
    RulePack pack = RulePack.read(List.of(Project.library()), LogSources.builtIn(), new Problems());
    matcher = new RuleMatcher(source, RuleSet.ofChecked(pack));
  }

  @Setup
  public void readRecords() throws IOException {
    records = records(source, FOLDERS);
  }

  @Benchmark
  public void tokens(Blackhole hole) throws IOException {
    for (RawRecord record : records) {
      try (JsonParser parser = factory.createParser(record.bytes())) {
        while (parser.nextToken() != null) {
          hole.consume(parser.currentTokenId());
        }
      }
    }
  }

  @Benchmark
  public void rulesFields(Blackhole hole) {
    decode(matcher.source(), hole::consume);
  }

  @Benchmark
  public void readTree(Blackhole hole) throws IOException {
    for (RawRecord record : records) {
      hole.consume(mapper.readTree(record.bytes()));
    }
  }

  @Benchmark
  public void whole(Blackhole hole) {
    decode(source, hole::consume);
  }

  @Benchmark
  public void ecs(Blackhole hole) {
    decode(source, decoded -> hole.consume(source.toEcs((Event) decoded)));
  }

  @Benchmark
  public void matchRulesFields(Blackhole hole) {
    decode(matcher.source(), decoded -> hole.consume(matcher.match((Event) decoded).rules()));
  }

  @Benchmark
  public void matchWhole(Blackhole hole) {
    decode(source, decoded -> hole.consume(matcher.match((Event) decoded).rules()));
  }

  private void decode(LogSource from, Consumer<Decoded> out) {
    for (RawRecord record : records) {
      from.decode(record, out);
    }
  }

  static List<RawRecord> records(LogSource source, List<String> folders) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> found = Files.walk(Project.corpus(folder).orElseThrow())) {
        found.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    List<RawRecord> events = new ArrayList<>();
    for (Path file : files) {
      try (RecordReader reader = new RecordReader("", Files.newInputStream(file))) {
        for (RawRecord record = reader.next(); record != null; record = reader.next()) {
          List<Decoded> parts = new ArrayList<>();
          source.decode(record, parts::add);
          if (parts.size() == 1 && parts.get(0) instanceof Event) {
            events.add(RawRecord.whole(new Origin("", 0, events.size()), record.bytes()));
          }
        }
      }
    }
    return events;
  }

  /** Each round measures each benchmark in a new JVM, so that slow minutes meet all of them. */
  @Test
  void run() throws RunnerException, IOException {
    assumeTrue(
        Project.corpus("aws.cloudtrail").isPresent(),
        "no corpus with real CloudTrail records: set VIGIE_CORPUS");
    List<RawRecord> measured = records(source, FOLDERS);
    Map<String, double[]> nanos = new LinkedHashMap<>();
    NAMES.values().forEach(name -> nanos.put(name, new double[ROUNDS]));
    for (int round = 0; round < ROUNDS; round++) {
      System.out.printf("round %d of %d%n", round + 1, ROUNDS);
      for (RunResult result : round()) {
        String method = result.getParams().getBenchmark().replaceFirst(".*\\.", "");
        double[] scores = nanos.get(NAMES.get(method));
        if (scores != null) {
          scores[round] = result.getPrimaryResult().getScore() / measured.size();
        }
      }
    }
    print(measured, nanos);
  }

  private static Collection<RunResult> round() throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(DecodeBenchmark.class.getSimpleName() + "\\.")
                .forks(1)
                .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }

  private static void print(List<RawRecord> records, Map<String, double[]> nanos) {
    long bytes = records.stream().mapToLong(record -> record.bytes().length).sum();
    System.out.printf(
        "%,d CloudTrail records of %,d bytes in the mean, one thread, %d JVMs each%n",
        records.size(), bytes / records.size(), ROUNDS);
    System.out.printf(
        "%-40s %8s %8s   times readTree's speed: of least, median of JVMs (range)%n",
        "ns for an event", "least", "median");
    double[] readTree = nanos.get(READ_TREE);
    nanos.forEach(
        (name, times) -> {
          double[] ratios = new double[times.length];
          Arrays.setAll(ratios, i -> readTree[i] / times[i]);
          System.out.printf(
              "%-40s %8.0f %8.0f   %.2f, %.2f (%.2f-%.2f)%n",
              name,
              sorted(times)[0],
              median(times),
              sorted(readTree)[0] / sorted(times)[0],
              median(ratios),
              sorted(ratios)[0],
              sorted(ratios)[ratios.length - 1]);
        });
  }

  private static double median(double[] values) {
    return sorted(values)[values.length / 2];
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
