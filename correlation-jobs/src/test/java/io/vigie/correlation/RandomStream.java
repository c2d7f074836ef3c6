package io.vigie.correlation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Small random streams of events with everything that is hard: many equal times, few groups, one
 * event that matches several rules, missing and list values, second deliveries and disorder.
 */
public final class RandomStream {
  private static final List<String> ACTIONS = List.of("a", "b", "c", "d");

  /** Two texts of one number, and one that is none. */
  private static final List<String> NUMBERS = List.of("0.1", "1.1", "2.1", "3.1", "1.10", "none");

  private final SplittableRandom random;
  private final boolean twoSources;

  /** Of events of one log source. */
  public RandomStream(long seed) {
    this(seed, false);
  }

  /**
   * Makes the same streams from the same seed.
   *
   * @param twoSources whether there are events of a second log source, which do {@code c} only
   */
  RandomStream(long seed, boolean twoSources) {
    this.random = new SplittableRandom(seed);
    this.twoSources = twoSources;
  }

  /**
   * What reaches the engine.
   *
   * @param event null where only the clocks move on
   * @param clocks by log source: no event with this time or an earlier one comes after this that
   *     has not come before; milliseconds
   * @param interrupted whether the engine is stopped and restored behind this
   */
  public record Arrival(@Nullable TestEvent event, Map<String, Long> clocks, boolean interrupted) {

    /** Of the sources that are furthest behind. */
    public long watermark() {
      return Collections.min(clocks.values());
    }
  }

  /**
   * What happens to a stream on its way.
   *
   * @param lateness how far behind a later event one may arrive, milliseconds
   * @param twice one in so many events is delivered twice; 0 for none
   * @param interrupted one in so many arrivals is followed by an interruption; 0 for none
   */
  public record Way(long lateness, int twice, int interrupted) {}

  /**
   * Some events, each once.
   *
   * @param start milliseconds
   * @param seconds the events' times are so many whole seconds from the start, or fewer, and half a
   *     second more now and then
   */
  public List<TestEvent> events(int count, long start, int seconds) {
    List<TestEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long time = start + 1000L * random.nextInt(seconds) + (oneIn(6) ? 500 : 0);
      boolean second = twoSources && oneIn(4);
      TreeSet<String> does = new TreeSet<>();
      for (String action : ACTIONS) {
        if (second ? action.equals("c") && !oneIn(5) : random.nextInt(5) < 2) {
          does.add(action);
        }
      }
      Map<String, List<String>> fields = new TreeMap<>();
      fields.put("u", values(List.of("u0", "u1"), 10, 14));
      fields.put("v", values(List.of("v0", "v1"), 10, 14));
      fields.put("w", values(NUMBERS, 5, 5));
      events.add(
          new TestEvent(
              "e" + i, second ? TestRules.OKTA : TestRules.CLOUDTRAIL, time, does, fields));
    }
    return events;
  }

  private List<String> values(List<String> choice, int oneInMissing, int oneInLists) {
    if (oneIn(oneInMissing)) {
      return List.of();
    }
    String one = choice.get(random.nextInt(choice.size()));
    String other = choice.get(random.nextInt(choice.size()));
    return oneIn(oneInLists) && !one.equals(other) ? List.of(one, other) : List.of(one);
  }

  /**
   * The events on a random way.
   *
   * @param end the last clock of all sources
   */
  public List<Arrival> arrivals(List<TestEvent> events, Way way, long end) {
    record Sent(TestEvent event, long at) {}
    List<Sent> sent = new ArrayList<>();
    for (TestEvent event : events) {
      long lateness = lateness(event.source(), way);
      sent.add(new Sent(event, event.time() + random.nextLong(lateness + 1)));
      if (way.twice() > 0 && oneIn(way.twice())) {
        sent.add(new Sent(event, event.time() + random.nextLong(2 * lateness + 30_000)));
      }
    }
    Collections.shuffle(sent, new Random(random.nextLong()));
    sent.sort(Comparator.comparingLong(Sent::at));

    List<Arrival> arrivals = new ArrayList<>();
    Set<String> delivered = new HashSet<>();
    Map<String, Long> clocks = clocks(Progress.BEGINNING);
    for (Sent each : sent) {
      TestEvent event = each.event();
      if (delivered.add(event.id()) && event.time() <= clocks.get(event.source())) {
        throw new IllegalStateException("a first delivery is never late");
      }
      if (oneIn(3)) {
        clocks.replaceAll(
            (source, clock) ->
                Math.max(clock, each.at() - lateness(source, way) - 1 - random.nextInt(1500)));
      }
      arrivals.add(new Arrival(event, Map.copyOf(clocks), interrupted(way)));
    }
    arrivals.add(new Arrival(null, Map.copyOf(clocks(end)), interrupted(way)));
    return arrivals;
  }

  private boolean interrupted(Way way) {
    return way.interrupted() > 0 && oneIn(way.interrupted());
  }

  /** Log sources are not equally late. */
  private static long lateness(String source, Way way) {
    return source.equals(TestRules.OKTA) ? way.lateness() / 3 : way.lateness();
  }

  private Map<String, Long> clocks(long time) {
    Map<String, Long> clocks = new HashMap<>();
    clocks.put(TestRules.CLOUDTRAIL, time);
    if (twoSources) {
      clocks.put(TestRules.OKTA, time);
    }
    return clocks;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}
