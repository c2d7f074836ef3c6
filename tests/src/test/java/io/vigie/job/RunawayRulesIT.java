package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.Alert;
import io.vigie.alert.SystemAlert;
import io.vigie.correlation.RuleBudgets;
import io.vigie.correlation.Standing;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.reference.ReferenceHandle;
import io.vigie.release.OneReleaseHandle;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

/** Guarantee: a rule that explodes, hoards or floods costs the alerts of no other rule. */
@SuppressWarnings({
  "try", // Flink closes with InterruptedException; nobody interrupts a test
  "deprecation" // the source of the tests is one of the older kind
})
class RunawayRulesIT {
  private static final int HOURS = 4;
  private static final String SOURCE = "aws.cloudtrail";
  private static final int TOLD_PER_HOUR = 20;
  private static final RuleBudgets BUDGETS = RuleBudgets.DEFAULT;
  private static final EngineOptions OPTIONS =
      new EngineOptions(
          TOLD_PER_HOUR,
          new RuleBudgets(BUDGETS.time(), BUDGETS.perMatch(), 100, 500),
          Map.of(),
          Set.of());

  private static final String GOOD =
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
      name: count
      title: Three
      correlation: {type: event_count, rules: [a], group-by: [userIdentity.arn], timespan: 30m, condition: {gte: 3}}
      ---
      name: absent
      title: One without the other
      correlation: {type: temporal, rules: [a, b], group-by: [userIdentity.arn], timespan: 5m, condition: b and not a}
      ---
      name: chain
      title: Three, then another
      correlation: {type: temporal_ordered, rules: [count, b], group-by: [userIdentity.arn], timespan: 1h, generate: true}
      """;

  private static final String EXPLODES =
      """
      ---
      name: explodes
      title: All with all
      correlation:
        type: epl
        rules: [a, b]
        timespan: 1d
        epl: |
          select x.g as g from a#time(1 day) as x, b#time(1 day) as y, b#time(1 day) as z
          where x.g = y.g and y.g = z.g
      """;

  private static final String HOARDS =
      """
      ---
      name: hoards
      title: Very many in a very long time
      correlation: {type: event_count, rules: [a], timespan: 30d, condition: {gte: 1000000}}
      """;

  private static final String FLOODS =
      """
      ---
      name: floods
      title: Everything
      logsource: {product: aws, service: cloudtrail}
      detection: {selection: {eventName: '*'}, condition: selection}
      """;

  /** What the job that runs tells; jobs run one after the other, in this process. */
  private static final Queue<Alert> TOLD = new ConcurrentLinkedQueue<>();

  @Test
  void othersAlertAsIfTheRunawayRulesWereNotThere() throws Exception {
    List<Alert> alone = run(GOOD);
    List<Alert> together = run(GOOD + EXPLODES + HOARDS + FLOODS);

    Set<String> good = Set.of("count", "absent", "chain");
    assertThat(alone).extracting(Alert::rule).containsOnlyElementsOf(good);
    assertThat(alone).extracting(Alert::rule).contains("count", "absent", "chain");
    assertThat(settled(together, good)).isEqualTo(settled(alone, good));
    assertThat(settled(together, Set.of("floods"))).hasSize(TOLD_PER_HOUR * HOURS);
    assertThat(subjects(together, SystemAlert.Kind.RULE_PAUSED)).containsOnly("explodes", "hoards");
    assertThat(subjects(together, SystemAlert.Kind.ALERT_FLOOD)).containsOnly("floods");
  }

  /** What was told last of each alert of these rules that stands. */
  private static Map<String, List<Object>> settled(List<Alert> told, Set<String> rules) {
    Map<String, List<Object>> last = new TreeMap<>();
    for (Alert alert : told) {
      if (rules.contains(alert.rule()) && alert.standing() == Standing.SETTLED) {
        last.put(
            alert.id(),
            List.of(
                alert.group(),
                alert.firstSeen(),
                alert.lastSeen(),
                alert.eventCount(),
                alert.eventIds(),
                alert.steps(),
                alert.entities()));
      }
    }
    return last;
  }

  private static List<String> subjects(List<Alert> told, SystemAlert.Kind kind) {
    return told.stream()
        .filter(alert -> alert.rule().equals(kind.rule()))
        .map(alert -> alert.group().get(0))
        .distinct()
        .toList();
  }

  /** A minute apart, of a few people. */
  private static List<String> records() {
    Random random = new Random(3);
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 60 * HOURS; i++) {
      records.add(
          "{\"eventTime\":\"%s\",\"eventID\":\"e%03d\",\"eventName\":\"%s\",\"userIdentity\":{\"arn\":\"arn:aws:iam::123456789012:user/u%d\"}}"
              .formatted(
                  start.plusSeconds(60L * i),
                  i,
                  List.of("A", "A", "B").get(random.nextInt(3)),
                  random.nextInt(4)));
    }
    return records;
  }

  private static List<Alert> run(String rules) throws Exception {
    RulePack pack =
        new RulePack(
            List.of(new RulePack.File("rules.yml", rules.getBytes(StandardCharsets.UTF_8))),
            LogSources.builtIn());
    Problems problems = new Problems();
    RuleSet.of(pack, problems);
    assertThat(problems.errors()).isEmpty();
    Configuration config = new Configuration();
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(PipelineOptions.OBJECT_REUSE, true);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    TOLD.clear();
    try (StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, config)) {
      LogSource source = pack.sources().byId(SOURCE).orElseThrow();
      Pipeline pipeline = new Pipeline(new OneReleaseHandle(pack), ReferenceHandle.none());
      pipeline.add(
          source,
          env.addSource(new Teller(pack, records(), true), SOURCE, ValueType.DECODED),
          true);
      pipeline
          .run(OPTIONS)
          .alerts()
          .map(RunawayRulesIT::told)
          .returns(ValueType.ALERT)
          .sinkTo(new DiscardingSink<>());
      env.execute("runaway");
    }
    return List.copyOf(TOLD);
  }

  private static Alert told(Alert alert) {
    TOLD.add(alert);
    return alert;
  }
}
