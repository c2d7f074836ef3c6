package io.vigie.ruletest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.alert.Alert;
import io.vigie.alert.AlertDocument;
import io.vigie.correlation.CheckedRules;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.LogSources;
import io.vigie.release.OneRelease;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.testing.RuleTest;
import io.vigie.ruletest.CaseEvents.Arrival;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The tests of one rule file, run against the rules of that file alone. Each case must hold as it
 * is written, and its alerts must stay the same, word for word, when its events are shuffled within
 * their source's lateness, come twice, or meet an engine that crashes after each of them. When all
 * is over nothing may be left in the engine's memory.
 */
public final class RuleFileTests {
  private static final int SHUFFLES = 3;

  private final String file;
  private final RuleSet rules;
  private final RulePack pack;

  private RuleFileTests(String file, RuleSet rules, RulePack pack) {
    this.file = file;
    this.rules = rules;
    this.pack = pack;
  }

  /** Reads the file; what is wrong with its rules and tests is added to the problems. */
  public static RuleFileTests of(RulePack.File file, LogSources sources, Problems problems) {
    RulePack pack = new RulePack(List.of(file), sources);
    return new RuleFileTests(file.name(), CheckedRules.of(pack, problems), pack);
  }

  /** As the user named it. */
  public String file() {
    return file;
  }

  public List<RuleTest> cases() {
    return rules.tests();
  }

  /**
   * Runs a case of this file.
   *
   * @return why it failed, in lines for a person; empty where it passed
   */
  public List<String> run(RuleTest test) {
    CaseEvents events;
    Expectation expectation;
    try {
      events = CaseEvents.of(test, rules, pack.sources());
      expectation = Expectation.of(test, rules, events);
    } catch (CaseEvents.BadCase e) {
      return List.of(e.getMessage());
    }
    Reference reference;
    try {
      reference = events.reference(test, pack.sources());
    } catch (CaseEvents.BadCase e) {
      return List.of(e.getMessage());
    }
    Outcome plain = outcome(events.arrivals(), reference, false);
    List<String> failure = new ArrayList<>(expectation.differences(plain.alerts));
    if (failure.isEmpty() && !plain.nothingLeft) {
      failure.add("matches or episodes are left in memory after the last event");
    }
    if (failure.isEmpty()) {
      failure.addAll(disturbed(events.arrivals(), reference, plain, expectation));
    }
    if (!failure.isEmpty()) {
      failure.addAll(
          new Timeline(pack, rules, reference).draw(events, test.expected(), plain.alerts));
    }
    return failure;
  }

  /** The first disturbance under which the outcome is another. */
  private List<String> disturbed(
      List<Arrival> arrivals, Reference reference, Outcome plain, Expectation expectation) {
    // Where an event is late by the author's will, the order of arrival is what the case is about.
    if (plain.late == 0) {
      for (int seed = 1; seed <= SHUFFLES; seed++) {
        Outcome shuffled = outcome(shuffled(arrivals, seed), reference, false);
        if (!shuffled.equals(plain)) {
          return only("shuffled (order " + seed + ")", shuffled, plain, expectation);
        }
      }
    }
    Outcome twice =
        outcome(
            arrivals.stream().flatMap(each -> Stream.of(each, each)).toList(), reference, false);
    if (!twice.sameAlerts(plain)) {
      return only("every event comes twice", twice, plain, expectation);
    }
    Outcome interrupted = outcome(arrivals, reference, true);
    return interrupted.equals(plain)
        ? List.of()
        : only("interrupted after every event", interrupted, plain, expectation);
  }

  private static List<String> only(
      String when, Outcome disturbed, Outcome plain, Expectation expectation) {
    List<String> lines = new ArrayList<>();
    lines.add("fails only when " + when + "; as written it passes:");
    List<String> differences = expectation.differences(disturbed.alerts);
    lines.addAll(differences);
    if (!differences.isEmpty()) {
      return lines;
    }
    if (!disturbed.nothingLeft) {
      lines.add("matches or episodes are left in memory after the last event");
    }
    for (int i = 0; i < disturbed.documents.size() && i < plain.documents.size(); i++) {
      if (!disturbed.documents.get(i).equals(plain.documents.get(i))) {
        lines.add("an alert differs: " + disturbed.documents.get(i));
        lines.add("undisturbed it is: " + plain.documents.get(i));
      }
    }
    return lines;
  }

  /**
   * What came of a run.
   *
   * @param documents of the alerts, as an analyst sees them
   * @param late how many matches came too late
   */
  private record Outcome(
      List<Alert> alerts, List<ObjectNode> documents, int late, boolean nothingLeft) {

    private boolean sameAlerts(Outcome other) {
      return documents.equals(other.documents) && nothingLeft == other.nothingLeft;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Outcome outcome && sameAlerts(outcome) && late == outcome.late;
    }

    @Override
    public int hashCode() {
      return documents.hashCode();
    }
  }

  private Outcome outcome(List<Arrival> arrivals, Reference reference, boolean interrupted) {
    Map<String, Long> watermarks = new HashMap<>();
    arrivals.forEach(each -> watermarks.put(each.event().source(), Long.MIN_VALUE));
    try (LocalEngine engine = new LocalEngine(rules, pack, reference)) {
      for (Arrival each : arrivals) {
        engine.add(each.event());
        watermarks.merge(
            each.event().source(), each.event().timestamp() - each.lateness() - 1, Math::max);
        engine.advance(watermarks.values().stream().mapToLong(Long::longValue).min().orElse(0));
        if (interrupted) {
          engine.restart();
        }
      }
      engine.advance(Long.MAX_VALUE);
      AlertDocument document = new AlertDocument(new OneRelease(pack, rules));
      List<Alert> alerts = engine.alerts();
      return new Outcome(
          alerts, alerts.stream().map(document::of).toList(), engine.lateCount(), engine.isEmpty());
    }
  }

  /** Each event arrives at some time before the watermark can pass it. */
  private static List<Arrival> shuffled(List<Arrival> arrivals, int seed) {
    Random random = new Random(seed);
    List<Arrival> shuffled = new ArrayList<>();
    for (Arrival each : arrivals) {
      long delay = (long) (random.nextDouble() * (each.lateness() + 1));
      shuffled.add(new Arrival(each.event(), each.event().timestamp() + delay, each.lateness()));
    }
    shuffled.sort(Arrival.ORDER);
    return shuffled;
  }
}
