package io.vigie.demo;

import io.vigie.demo.Timeline.Happening;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Six hours of CloudTrail of a small company, with attacks in them, in the order in which the
 * records would arrive. The same seed and end give the same bytes. The last attack is over an hour
 * before the end, so that no lateness bound can hide it.
 */
public final class DemoStories {
  private static final List<Activity> ORDINARY =
      List.of(
          new ServerTraffic(),
          new ServiceTraffic(),
          new PeopleTraffic(),
          new ScheduledTraffic(),
          new NearMisses());
  private static final List<Story> STORIES =
      List.of(
          new GuessedPassword(),
          new StolenKey(),
          new NewAdministrator(),
          new LoggingStopped(),
          new RewrittenServer());

  private final List<DemoRecord> records;

  /**
   * @param end no event is later; all are at most six hours older
   */
  public DemoStories(long seed, Instant end) {
    Instant start = end.truncatedTo(ChronoUnit.SECONDS).minus(Timeline.SPAN);
    SplittableRandom random = new SplittableRandom(seed);
    List<Happening> happenings = new ArrayList<>();
    for (Activity activity : Stream.concat(ORDINARY.stream(), STORIES.stream()).toList()) {
      Timeline timeline = new Timeline(start, random.split());
      activity.unfold(timeline);
      happenings.addAll(timeline.happenings());
    }
    records = new Delivery(random.split()).deliver(happenings);
  }

  /** In the order of delivery: out of order in time, some twice. */
  public List<DemoRecord> records() {
    return records;
  }

  /**
   * Exactly the alerts that the rule library must raise on the records, in order of the stories.
   */
  public List<ExpectedAlert> expectedAlerts() {
    return STORIES.stream().flatMap(story -> story.expectedAlerts().stream()).toList();
  }
}
