package io.vigie.tests;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.correlation.MatchRouter;
import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import io.vigie.enrichment.Enrichers;
import io.vigie.enrichment.GeoDatabases;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What enriching costs one thread, over the demo's CloudTrail records and tables of a million
 * indicators, 100,000 assets, 10,000 identities and 1,000 networks. MaxMind databases are looked
 * into where {@code -Dgeo.city} and {@code -Dgeo.asn} name some. One operation is all records.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EnrichBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 3);

  /** By method, in the order of the table. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("match", "match alone, a rule that asks for nothing more");
    NAMES.put("matchWhereNeeded", "match, a rule that asks for criticality where the rest holds");
    NAMES.put("matchEverywhere", "match, a rule that asks for criticality of every event");
    NAMES.put("document", "ECS document");
    NAMES.put("empty", "ECS document, all enrichers, nothing loaded");
    NAMES.put("all", "ECS document, all enrichers, all tables");
    NAMES.put("lookup", "one lookup in a million rows, most in vain");
  }

  private static final String RULE =
      """
      title: r
      id: 5f4d0c8e-8a7b-4a55-b2e1-6f5a3c1d0001
      logsource: {product: aws, service: cloudtrail}
      detection:
        s: {%s}
        condition: s
      """;

  private final LogSource source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
  private final ReferenceTables tables = tables();
  private final PackedTable indicators = (PackedTable) tables.table("indicators");
  private final Enrichers none = Enrichers.builtIn();
  private final Enrichers all = Enrichers.of(tables, geo());
  private final RuleMatcher plain = matcher("eventName: StopLogging");
  private final RuleMatcher whereNeeded =
      matcher("eventName: StopLogging, vigie.asset.criticality: high");
  private final RuleMatcher everywhere = matcher("vigie.asset.criticality: high");
  private final List<Event> events = events();
  private int next;

  private static GeoDatabases geo() {
    return GeoDatabases.open(path("geo.city"), path("geo.asn"), new Problems());
  }

  private static @Nullable Path path(String property) {
    String text = System.getProperty(property);
    return text == null ? null : Path.of(text);
  }

  private List<Event> events() {
    List<Event> read = new ArrayList<>();
    for (DemoRecord record : new DemoStories(7, Instant.parse("2026-03-01T12:00:00Z")).records()) {
      source.decode(
          RawRecord.whole(new Origin("", 0, read.size()), record.json()),
          decoded -> add(decoded, read));
      if (read.size() == 2_000) {
        break;
      }
    }
    return read;
  }

  private static void add(Decoded decoded, List<Event> into) {
    if (decoded instanceof Event event) {
      into.add(event);
    }
  }

  private RuleMatcher matcher(String detection) {
    RulePack pack =
        new RulePack(
            List.of(
                new RulePack.File(
                    "r.yml", RULE.formatted(detection).getBytes(StandardCharsets.UTF_8))),
            LogSources.builtIn());
    return new RuleMatcher(source, RuleSet.ofChecked(pack), MatchRouter.asOfNow(all));
  }

  private static ReferenceTables tables() {
    Map<String, PackedTable> tables = new HashMap<>();
    fill(tables, "indicators", 1_000_000, i -> row("type", "ip", "value", ip(i), "source", "feed"));
    fill(
        tables,
        "assets",
        100_000,
        i -> row("id", "arn:aws:s3:::bucket-" + i, "owner", "team", "criticality", "high"));
    fill(
        tables,
        "identities",
        10_000,
        i -> row("id", "person-" + i, "aliases", "okta:person-" + i + "@example.com"));
    fill(tables, "network-zones", 1_000, i -> row("network", ip(i * 256) + "/24", "zone", "z" + i));
    return name -> tables.containsKey(name) ? tables.get(name) : ReferenceTables.none().table(name);
  }

  private interface RowOf {
    ObjectNode row(int i);
  }

  private static void fill(Map<String, PackedTable> tables, String name, int rows, RowOf rowOf) {
    TableDefinition definition = Tables.named(name).orElseThrow();
    PackedTable table = new PackedTable(definition);
    PackedTable.Load load = table.load();
    for (int i = 0; i < rows; i++) {
      load.put(definition.read(rowOf.row(i), wrong -> {}).orElseThrow());
    }
    load.commit(Long.MIN_VALUE, "benchmark");
    tables.put(name, table);
  }

  private static ObjectNode row(String... columns) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.length; i += 2) {
      row.put(columns[i], columns[i + 1]);
    }
    return row;
  }

  private static String ip(int i) {
    return "10." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255);
  }

  @Benchmark
  public void match(Blackhole hole) {
    events.forEach(event -> hole.consume(plain.match(event).rules()));
  }

  @Benchmark
  public void matchWhereNeeded(Blackhole hole) {
    events.forEach(event -> hole.consume(whereNeeded.match(event).rules()));
  }

  @Benchmark
  public void matchEverywhere(Blackhole hole) {
    events.forEach(event -> hole.consume(everywhere.match(event).rules()));
  }

  @Benchmark
  public void document(Blackhole hole) {
    events.forEach(event -> hole.consume(source.toEcs(event)));
  }

  @Benchmark
  public void empty(Blackhole hole) {
    enrich(none, hole);
  }

  @Benchmark
  public void all(Blackhole hole) {
    enrich(all, hole);
  }

  private void enrich(Enrichers enrichers, Blackhole hole) {
    for (Event event : events) {
      ObjectNode ecs = source.toEcs(event);
      enrichers.enrich(ecs, AsOf.time(event.timestamp()));
      hole.consume(ecs);
    }
  }

  @Benchmark
  public void lookup(Blackhole hole) {
    for (int i = 0; i < events.size(); i++) {
      // One in sixteen is there.
      hole.consume(indicators.at(ip(next), AsOf.time(0)));
      next = next + 7_919 & (1 << 24) - 1;
    }
  }

  @Test
  void run() throws RunnerException, InterruptedException {
    Map<String, double[]> nanos = new LinkedHashMap<>();
    NAMES.values().forEach(name -> nanos.put(name, new double[ROUNDS]));
    int count = events.size();
    for (int round = 0; round < ROUNDS; round++) {
      System.out.printf("round %d of %d%n", round + 1, ROUNDS);
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include(EnrichBenchmark.class.getSimpleName() + "\\.")
                      .forks(1)
                      .jvmArgs("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch")
                      .shouldFailOnError(true)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        String method = result.getParams().getBenchmark().replaceFirst(".*\\.", "");
        double[] scores = nanos.get(NAMES.get(method));
        if (scores != null) {
          scores[round] = result.getPrimaryResult().getScore() / count;
        }
      }
    }
    System.out.printf(
        "%,d CloudTrail records, one thread, medians of %d JVMs; tables of %,d rows and %,d MB%n",
        count, ROUNDS, indicators.size(), indicators.bytes() >> 20);
    nanos.forEach(
        (name, times) -> System.out.printf("%-62s %8.0f ns an event%n", name, median(times)));
    reload();
  }

  /** Every row is replaced while another thread looks up; what it waits at most is told. */
  private void reload() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    long[] longest = {0};
    long[] count = {0};
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                long start = System.nanoTime();
                indicators.at(ip((int) (count[0]++ * 7_919 & (1 << 20) - 1)), AsOf.time(0));
                longest[0] = Math.max(longest[0], System.nanoTime() - start);
              }
            });
    reader.start();
    TableDefinition definition = Tables.named("indicators").orElseThrow();
    long start = System.nanoTime();
    PackedTable.Load load = indicators.load();
    for (int i = 0; i < 1_000_000; i++) {
      ObjectNode row = row("type", "ip", "value", ip(i), "source", "feed", "name", "reloaded");
      load.put(definition.read(row, wrong -> {}).orElseThrow());
    }
    load.commit(0, "reloaded");
    double seconds = (System.nanoTime() - start) / 1e9;
    done.set(true);
    reader.join();
    System.out.printf(
        "a million rows replaced in %.1f s, while another thread looked up %,d times and waited for"
            + " %.1f ms at most%n",
        seconds, count[0], longest[0] / 1e6);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
