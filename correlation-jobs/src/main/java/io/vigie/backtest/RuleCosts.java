package io.vigie.backtest;

import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.job.DetectJob;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What detection rules cost: how many events each matches, which is what correlations must keep,
 * and how long testing it takes, measured for one event in many. The time is that of the test
 * alone, whose fields have been read; in the job a rule is tested only where the index lets an
 * event pass to it, so the time is an upper bound.
 */
final class RuleCosts {
  private static final int SAMPLED_EVERY = 37;
  private static final long MAX_SAMPLED = 5_000;
  private static final int REPEATS = 8;

  private final Map<String, Cost> byRule = new TreeMap<>();
  private long events;

  /** Of one detection rule. */
  static final class Cost {
    private long matches;
    private long tests;
    private long nanos;

    long matches() {
      return matches;
    }

    /** Mean time of one test; 0 where no event was sampled. */
    double nanosPerTest() {
      return tests == 0 ? 0 : (double) nanos / tests;
    }
  }

  /** Events that were read. */
  long events() {
    return events;
  }

  /** By id of the detection rule. */
  Map<String, Cost> byRule() {
    return byRule;
  }

  static RuleCosts of(
      RulePack pack, RuleSet rules, Reference reference, List<DetectJob.Input> inputs)
      throws IOException {
    RuleCosts costs = new RuleCosts();
    for (DetectJob.Input input : inputs) {
      LogSource source = pack.sources().byId(input.source()).orElseThrow();
      RuleMatcher matcher =
          new RuleMatcher(source, rules, MatchRouter.asOfNow(reference.enrichers()));
      costs.measure(source, rules, matcher, input);
    }
    return costs;
  }

  private void measure(LogSource source, RuleSet rules, RuleMatcher matcher, DetectJob.Input input)
      throws IOException {
    EventView.Factory views = EventView.of(source, rules.fields());
    List<DetectionPlan> about = new ArrayList<>();
    for (DetectionPlan plan : rules.detections()) {
      if (source.serves(plan.rule().product(), plan.rule().category(), plan.rule().service())) {
        about.add(plan);
        byRule.computeIfAbsent(plan.rule().header().id(), id -> new Cost());
      }
    }
    try (RecordReader reader =
        new RecordReader(
            input.name(),
            Files.newInputStream(input.path()),
            source,
            OptionalLong.of(input.arrival()))) {
      for (RawRecord record = reader.next(); record != null; record = reader.next()) {
        matcher
            .source()
            .decode(
                record,
                decoded -> {
                  if (decoded instanceof Event event) {
                    count(event, matcher, views, about);
                  }
                });
      }
    }
  }

  private void count(
      Event event, RuleMatcher matcher, EventView.Factory views, List<DetectionPlan> about) {
    for (DetectionPlan plan : matcher.match(event).rules()) {
      byRule.computeIfAbsent(plan.rule().header().id(), id -> new Cost()).matches++;
    }
    if (events++ % SAMPLED_EVERY == 0 && events / SAMPLED_EVERY < MAX_SAMPLED) {
      EventView view = views.of(event);
      for (DetectionPlan plan : about) {
        time(plan, view);
      }
    }
  }

  private void time(DetectionPlan plan, EventView view) {
    Cost cost = byRule.computeIfAbsent(plan.rule().header().id(), id -> new Cost());
    boolean first = plan.rule().predicate().test(view);
    long start = System.nanoTime();
    for (int i = 0; i < REPEATS; i++) {
      // Whoever does not use an outcome may find that it was never computed.
      if (plan.rule().predicate().test(view) != first) {
        throw new IllegalStateException("a predicate is no function of the event");
      }
    }
    cost.nanos += System.nanoTime() - start;
    cost.tests += REPEATS;
  }
}
