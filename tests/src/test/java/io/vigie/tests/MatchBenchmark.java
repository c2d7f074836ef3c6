package io.vigie.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.RawRecord;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
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
 * What it costs one thread to find the rules that an event matches, over real CloudTrail records
 * and {@link RuleMix generated} rules. One operation matches all records, each decoded anew, as the
 * job gives them. The name is none that Surefire looks for, so that it runs only when it is called.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
public class MatchBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final List<String> FOLDERS =
      List.of("aws.cloudtrail", "invictus/cloudtrail.ndjson");
  private static final String READ_TREE = "Jackson readTree";

  /** Real records. */
  @State(Scope.Thread)
  public static class Records {
    List<RawRecord> records = List.of();
    final LogSource source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
    final ObjectMapper mapper = new ObjectMapper();

    @Setup
    public void read() throws IOException {
      records = DecodeBenchmark.records(source, FOLDERS);
    }
  }

  /** Rules, and the records as they are decoded for them. */
  @State(Scope.Thread)
  public static class Rules {
    @Param({"300", "3000", "10000"})
    int rules;

    @Param({"true", "false"})
    boolean keywords;

    RuleMatcher matcher = matcher(0, false);

    @Setup
    public void compile() {
      matcher = matcher(rules, keywords);
    }
  }

  /** The events that one operation matches. */
  @State(Scope.Thread)
  public static class Events {
    List<Event> events = List.of();

    @Setup(Level.Invocation)
    public void decode(Records records, Rules rules) {
      events = decoded(records.records, rules.matcher.source());
    }
  }

  /** What testing every rule needs. */
  @State(Scope.Thread)
  public static class Scan {
    final LogSource source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
    final RuleSet rules = RuleMix.of(300, true);
    final EventView.Factory views = EventView.of(source, rules.fields());
    List<Event> events = List.of();

    @Setup(Level.Invocation)
    public void decode(Records records) {
      events = decoded(records.records, source);
    }
  }

  private static RuleMatcher matcher(int rules, boolean keywords) {
    return new RuleMatcher(
        LogSources.builtIn().byId("aws.cloudtrail").orElseThrow(), RuleMix.of(rules, keywords));
  }

  private static List<Event> decoded(List<RawRecord> records, LogSource source) {
    List<Event> events = new ArrayList<>(records.size());
    for (RawRecord record : records) {
      source.decode(record, decoded -> events.add((Event) decoded));
    }
    return events;
  }

  @Benchmark
  public void readTree(Records records, Blackhole hole) throws IOException {
    for (RawRecord record : records.records) {
      hole.consume(records.mapper.readTree(record.bytes()));
    }
  }

  @Benchmark
  public void match(Rules rules, Events events, Blackhole hole) {
    for (Event event : events.events) {
      hole.consume(rules.matcher.match(event).rules());
    }
  }

  @Benchmark
  public void decodeAndMatch(Records records, Rules rules, Blackhole hole) {
    LogSource source = rules.matcher.source();
    for (RawRecord record : records.records) {
      source.decode(record, decoded -> hole.consume(rules.matcher.match((Event) decoded).rules()));
    }
  }

  @Benchmark
  public void testEveryRule(Scan scan, Blackhole hole) {
    for (Event event : scan.events) {
      EventView view = scan.views.of(event);
      for (DetectionPlan plan : scan.rules.detections()) {
        hole.consume(plan.rule().predicate().test(view));
      }
    }
  }

  /** Each round measures each benchmark in a new JVM, so that slow minutes meet all of them. */
  @Test
  void run() throws RunnerException, IOException {
    assumeTrue(
        Project.corpus("aws.cloudtrail").isPresent(),
        "no corpus with real CloudTrail records: set VIGIE_CORPUS");
    Records real = new Records();
    real.read();
    Map<String, double[]> nanos = new LinkedHashMap<>();
    nanos.put(READ_TREE, new double[ROUNDS]);
    for (int round = 0; round < ROUNDS; round++) {
      System.out.printf("round %d of %d%n", round + 1, ROUNDS);
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include(MatchBenchmark.class.getSimpleName() + "\\.")
                      .forks(1)
                      .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch")
                      .shouldFailOnError(true)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        nanos.computeIfAbsent(name(result), added -> new double[ROUNDS])[round] =
            result.getPrimaryResult().getScore() / real.records.size();
      }
    }
    print(real.records, nanos);
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark().replaceFirst(".*\\.", "");
    String rules = result.getParams().getParam("rules");
    boolean keywords = Boolean.parseBoolean(result.getParams().getParam("keywords"));
    return switch (method) {
      case "readTree" -> READ_TREE;
      case "testEveryRule" -> "test each of 300 rules";
      default ->
          (method.equals("match") ? "match " : "decode and match ")
              + rules
              + (keywords ? " rules" : " rules, none with keywords");
    };
  }

  private static void print(List<RawRecord> records, Map<String, double[]> nanos) {
    long bytes = records.stream().mapToLong(record -> record.bytes().length).sum();
    System.out.printf(
        "%,d CloudTrail records of %,d bytes in the mean, one thread, %d JVMs each%n",
        records.size(), bytes / records.size(), ROUNDS);
    for (String rules : List.of("300", "3000", "10000")) {
      System.out.println(matches(records, Integer.parseInt(rules)));
    }
    System.out.printf(
        "%-52s %8s %8s   of readTree's time: median of JVMs (range)%n",
        "ns for an event", "least", "median");
    double[] readTree = nanos.getOrDefault(READ_TREE, new double[ROUNDS]);
    nanos.forEach(
        (name, times) -> {
          double[] ratios = new double[times.length];
          Arrays.setAll(ratios, i -> times[i] / readTree[i]);
          Arrays.sort(ratios);
          double[] sorted = times.clone();
          Arrays.sort(sorted);
          System.out.printf(
              "%-52s %8.0f %8.0f   %.2f (%.2f-%.2f)%n",
              name,
              sorted[0],
              sorted[sorted.length / 2],
              ratios[ratios.length / 2],
              ratios[0],
              ratios[ratios.length - 1]);
        });
  }

  private static String matches(List<RawRecord> records, int rules) {
    RuleMatcher matcher = matcher(rules, true);
    int matches = 0;
    for (RawRecord record : records) {
      List<Decoded> decoded = new ArrayList<>();
      matcher.source().decode(record, decoded::add);
      matches += matcher.match((Event) decoded.get(0)).rules().size();
    }
    return String.format(
        "%,d rules: %.2f matches an event", rules, (double) matches / records.size());
  }
}
