package io.vigie.demo;

import io.vigie.demo.Timeline.Happening;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Brings events in the order in which CloudTrail would: each region hands over a batch about every
 * five minutes, unsorted, with what its services had told it by then, and some of it once more with
 * the next batch. Delays are 3 s to 9 min with a median of a good three minutes, as measured on a
 * real trail.
 */
final class Delivery {
  private static final String SOURCE = "aws.cloudtrail";
  private static final long BATCH_SECONDS = 300;
  private static final int SHORTEST_REPORT_SECONDS = 3;
  private static final int LONGEST_REPORT_SECONDS = 240;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(9);
  private static final double REDELIVERED = 0.03;

  private final SplittableRandom random;

  Delivery(SplittableRandom random) {
    this.random = random;
  }

  private record Delivered(Instant at, int place, Happening happening) {}

  List<DemoRecord> deliver(List<Happening> happenings) {
    List<Delivered> delivered = new ArrayList<>();
    for (Happening happening : happenings) {
      Instant batch = batchAfter(happening.at().plusSeconds(reportSeconds()), happening.region());
      delivered.add(new Delivered(batch, random.nextInt(), happening));
      Instant next = batch.plusSeconds(BATCH_SECONDS);
      boolean again = random.nextDouble() < REDELIVERED;
      if (again && !next.isAfter(happening.at().plus(LONGEST_DELAY))) {
        delivered.add(new Delivered(next, random.nextInt(), happening));
      }
    }
    delivered.sort(Comparator.comparing(Delivered::at).thenComparingInt(Delivered::place));
    return delivered.stream()
        .map(Delivered::happening)
        .map(happening -> new DemoRecord(SOURCE, happening.at(), happening.json()))
        .toList();
  }

  /** How long a service takes to report a call: mostly little, at times minutes. */
  private int reportSeconds() {
    double share = random.nextDouble();
    int spread = LONGEST_REPORT_SECONDS - SHORTEST_REPORT_SECONDS;
    return SHORTEST_REPORT_SECONDS + (int) (spread * share * share * share);
  }

  /** The regions' batches lie apart, and those of one region five minutes from each other. */
  private static Instant batchAfter(Instant known, String region) {
    long phase = Math.floorMod(region.hashCode(), BATCH_SECONDS);
    long batches = Math.floorDiv(known.getEpochSecond() - phase + BATCH_SECONDS - 1, BATCH_SECONDS);
    return Instant.ofEpochSecond(phase + batches * BATCH_SECONDS);
  }
}
