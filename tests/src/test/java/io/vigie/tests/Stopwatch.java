package io.vigie.tests;

import java.time.Duration;

/** Tells how long a recovery took; nothing is asserted of it. */
record Stopwatch(String since, long start) {
  static Stopwatch start(String since) {
    return new Stopwatch(since, System.nanoTime());
  }

  void tell(String what) {
    Duration passed = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s: %s after %.1f s%n", since, what, passed.toMillis() / 1000.0);
  }
}
