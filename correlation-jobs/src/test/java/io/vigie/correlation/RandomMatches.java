package io.vigie.correlation;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Small random streams of matches with everything that is hard: many equal times, few groups, one
 * event that matches several rules, missing and list values, second deliveries and disorder.
 */
public final class RandomMatches {
  private static final List<String> DETECTIONS = List.of("a", "b", "c");

  private final RuleSet rules;
  private final SplittableRandom random;

  public RandomMatches(RuleSet rules, long seed) {
    this.rules = rules;
    this.random = new SplittableRandom(seed);
  }

  /**
   * What reaches a correlator.
   *
   * @param match null where only the watermark moves on
   * @param watermark true of everything that comes after this, milliseconds
   */
  public record Arrival(Match match, long watermark) {}

  /**
   * The matches of some events, each once.
   *
   * @param start milliseconds
   * @param seconds the events' times are so many whole seconds from the start, or fewer, and half a
   *     second more now and then
   */
  public List<Match> matches(int events, long start, int seconds) {
    List<Match> matches = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      long time = start + 1000L * random.nextInt(seconds) + (random.nextInt(6) == 0 ? 500 : 0);
      Map<String, String> fields = new HashMap<>();
      fields.put("u", "u" + random.nextInt(2));
      fields.put("v", "v" + random.nextInt(2));
      List<String> counted =
          switch (random.nextInt(5)) {
            case 0 -> List.of();
            case 1 -> List.of("w0", "w" + (1 + random.nextInt(3)));
            default -> List.of("w" + random.nextInt(4));
          };
      for (String detection : DETECTIONS) {
        if (random.nextInt(5) < 2) {
          matches.addAll(matches(detection, "e" + i, time, fields, counted));
        }
      }
    }
    return matches;
  }

  /** A match for each correlation that names the detection rule. */
  public List<Match> matches(
      String detection, String id, long time, Map<String, String> fields, List<String> counted) {
    List<Match> matches = new ArrayList<>();
    for (CorrelationPlan plan : rules.correlations().values()) {
      int step = plan.members().indexOf(detection);
      List<String> groupBy = plan.rule().groupBy();
      if (step < 0 || !fields.keySet().containsAll(groupBy)) {
        continue;
      }
      matches.add(
          new Match(
              plan.id(),
              groupBy.stream().map(fields::get).toList(),
              step,
              time,
              id,
              taken(plan, counted),
              1,
              List.of(new Evidence(detection, time, id, new byte[0]))));
    }
    return matches;
  }

  private static List<String> taken(CorrelationPlan plan, List<String> counted) {
    if (plan.rule().condition().fields().isEmpty()) {
      return List.of();
    }
    return plan.rule().type().measures()
        ? counted.stream().map(value -> value.substring(1) + ".1").toList()
        : counted;
  }

  /**
   * The matches in a random order, some of them twice, and watermarks that no match is behind.
   *
   * @param lateness how far behind a later match one may arrive, milliseconds
   * @param end the last watermark
   */
  public List<Arrival> arrivals(List<Match> matches, long lateness, long end) {
    record Sent(Match match, long at) {}
    List<Sent> sent = new ArrayList<>();
    for (Match match : matches) {
      sent.add(new Sent(match, match.timestamp() + random.nextLong(lateness + 1)));
      if (random.nextInt(6) == 0) {
        sent.add(new Sent(match, match.timestamp() + random.nextLong(2 * lateness + 1)));
      }
    }
    Collections.shuffle(sent, new Random(random.nextLong()));
    sent.sort(Comparator.comparingLong(Sent::at));

    List<Arrival> arrivals = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    long watermark = Long.MIN_VALUE;
    long latest = Long.MIN_VALUE;
    for (Sent each : sent) {
      Match match = each.match();
      if (seen.add(match.key() + match.identity()) && match.timestamp() <= watermark) {
        throw new IllegalStateException("a first delivery is never late");
      }
      latest = Math.max(latest, each.at());
      if (random.nextInt(3) == 0) {
        watermark = Math.max(watermark, latest - lateness - 1 - random.nextInt(1500));
      }
      arrivals.add(new Arrival(match, watermark));
    }
    arrivals.add(new Arrival(null, end));
    return arrivals;
  }

  /** The matches as a batch sorts them: by key and time, in no order within a time. */
  public List<Match> sorted(List<Match> matches) {
    List<Match> sorted = new ArrayList<>(matches);
    for (Match match : matches) {
      if (random.nextInt(6) == 0) {
        sorted.add(match);
      }
    }
    Collections.shuffle(sorted, new Random(random.nextLong()));
    sorted.sort(
        Comparator.comparing((Match match) -> match.key()).thenComparingLong(Match::timestamp));
    return sorted;
  }

  public boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}
