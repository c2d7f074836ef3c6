package io.vigie.job.sink;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait between attempts: doubling up to a longest wait, shortened at random by up to a
 * half so that several writers do not come back together.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final Limits limits;
  private int failures;

  Backoff(Limits limits) {
    this.limits = limits;
  }

  /** First and longest wait. */
  record Limits(Duration first, Duration longest) implements Serializable {}

  /** The wait before the next attempt, in milliseconds. */
  long nextMillis() {
    long doubled = limits.first().toMillis() << Math.min(failures++, MAX_DOUBLINGS);
    long wait = Math.min(doubled, limits.longest().toMillis());
    return wait - ThreadLocalRandom.current().nextLong(wait / 2 + 1);
  }

  /** Something went well. */
  void reset() {
    failures = 0;
  }
}
