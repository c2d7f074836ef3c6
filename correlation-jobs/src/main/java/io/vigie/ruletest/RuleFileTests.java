package io.vigie.ruletest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.alert.Alert;
import io.vigie.alert.AlertDocument;
import io.vigie.correlation.CheckedRules;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.Reject;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The tests of one rule file, run against the rules of that file alone. Each case must hold as it
 * is written, and its alerts must stay the same, word for word, when its events are shuffled within
 * their source's lateness, come twice, or meet an engine that crashes after each of them. When all
 * is over nothing may be left in the engine's memory.
 */
public final class RuleFileTests {
  /** When every case begins. */
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final int SHUFFLES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final RuleSet rules;
  private final LogSources sources;

  private RuleFileTests(String file, RuleSet rules, LogSources sources) {
    this.file = file;
    this.rules = rules;
    this.sources = sources;
  }

  /** Reads the file; what is wrong with its rules and tests is added to the problems. */
  public static RuleFileTests of(RulePack.File file, LogSources sources, Problems problems) {
    RuleSet rules = CheckedRules.of(new RulePack(List.of(file), sources), problems);
    return new RuleFileTests(file.name(), rules, sources);
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
    List<Arrival> arrivals;
    try {
      arrivals = arrivals(test);
    } catch (BadCase e) {
      return List.of(e.problem);
    }
    Expectation expectation = new Expectation(test, rules);
    Outcome plain = outcome(arrivals, false);
    List<String> failure = new ArrayList<>(expectation.differences(plain.alerts));
    if (failure.isEmpty() && !plain.nothingLeft) {
      failure.add("matches or episodes are left in memory after the last event");
    }
    if (failure.isEmpty()) {
      failure.addAll(disturbed(arrivals, plain, expectation));
    }
    if (!failure.isEmpty()) {
      failure.addAll(
          new Timeline(rules, sources).draw(arrivals.stream().map(Arrival::event).toList()));
    }
    return failure;
  }

  /** The first disturbance under which the outcome is another. */
  private List<String> disturbed(List<Arrival> arrivals, Outcome plain, Expectation expectation) {
    // Where an event is late by the author's will, the order of arrival is what the case is about.
    if (plain.late == 0) {
      for (int seed = 1; seed <= SHUFFLES; seed++) {
        Outcome shuffled = outcome(shuffled(arrivals, seed), false);
        if (!shuffled.equals(plain)) {
          return only("shuffled (order " + seed + ")", shuffled, plain, expectation);
        }
      }
    }
    Outcome twice =
        outcome(arrivals.stream().flatMap(each -> Stream.of(each, each)).toList(), false);
    if (!twice.sameAlerts(plain)) {
      return only("every event comes twice", twice, plain, expectation);
    }
    Outcome interrupted = outcome(arrivals, true);
    return interrupted.equals(plain)
        ? List.of()
        : only("interrupted after every event", interrupted, plain, expectation);
  }

  private static List<String> only(
      String when, Outcome disturbed, Outcome plain, Expectation expectation) {
    List<String> lines = new ArrayList<>();
    lines.add("fails only when " + when + ":");
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

  /** An event, with its source's lateness in milliseconds. */
  private record Arrival(Event event, long at, long lateness) {}

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

  private Outcome outcome(List<Arrival> arrivals, boolean interrupted) {
    Map<String, Long> watermarks = new HashMap<>();
    arrivals.forEach(each -> watermarks.put(each.event.source(), Long.MIN_VALUE));
    try (LocalEngine engine = new LocalEngine(rules, sources)) {
      for (Arrival each : arrivals) {
        engine.add(each.event);
        watermarks.merge(
            each.event.source(), each.event.timestamp() - each.lateness - 1, Math::max);
        engine.advance(watermarks.values().stream().mapToLong(Long::longValue).min().orElse(0));
        if (interrupted) {
          engine.restart();
        }
      }
      engine.advance(Long.MAX_VALUE);
      AlertDocument document = new AlertDocument(rules);
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
      long delay = (long) (random.nextDouble() * (each.lateness + 1));
      shuffled.add(new Arrival(each.event, each.event.timestamp() + delay, each.lateness));
    }
    shuffled.sort(Comparator.comparingLong(Arrival::at));
    return shuffled;
  }

  private List<Arrival> arrivals(RuleTest test) throws BadCase {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < test.events().size(); i++) {
      TimedEvent timed = test.events().get(i);
      LogSource source = source(timed);
      Event event = event(timed, i + 1, source);
      arrivals.add(
          new Arrival(
              event,
              START.plus(timed.at()).plus(timed.delay()).toEpochMilli(),
              source.lateness().toMillis()));
    }
    arrivals.sort(Comparator.comparingLong(Arrival::at));
    return arrivals;
  }

  private LogSource source(TimedEvent timed) throws BadCase {
    String named = timed.source();
    if (named != null) {
      return sources
          .byId(named)
          .orElseThrow(
              () ->
                  new BadCase(
                      "there is no log source '" + named + "'; " + sources.suggestionFor(named)));
    }
    return rules.detections().stream()
        .flatMap(
            plan ->
                sources
                    .serving(plan.rule().product(), plan.rule().category(), plan.rule().service())
                    .stream())
        .findFirst()
        .orElseThrow(() -> new BadCase("no log source serves the rules of this file"));
  }

  /**
   * @param position from 1
   */
  private static Event event(TimedEvent timed, int position, LogSource source) throws BadCase {
    ObjectNode payload = timed.event().deepCopy();
    String id =
        UUID.nameUUIDFromBytes(("event " + position).getBytes(StandardCharsets.UTF_8)).toString();
    source.complete(payload, START.plus(timed.at()).toEpochMilli(), id);
    List<Event> events = new ArrayList<>();
    List<String> rejects = new ArrayList<>();
    source.decode(
        RawRecord.whole(new Origin("tests", 0, position), bytes(payload)),
        decoded -> {
          if (decoded instanceof Reject reject) {
            rejects.add(reject.reason() + ": " + reject.message());
          } else {
            events.add((Event) decoded);
          }
        });
    if (events.size() == 1 && rejects.isEmpty()) {
      return events.get(0);
    }
    throw new BadCase(
        "event %d, at %s, is no event of %s: %s"
            .formatted(
                position,
                Timespan.text(timed.at()),
                source,
                rejects.isEmpty() ? events.size() + " events" : String.join("; ", rejects)));
  }

  private static byte[] bytes(ObjectNode payload) {
    try {
      return JSON.writeValueAsBytes(payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The case itself cannot be run. */
  private static final class BadCase extends Exception {
    private static final long serialVersionUID = 1;
    private final String problem;

    private BadCase(String problem) {
      super(problem, null, false, false);
      this.problem = problem;
    }
  }
}
