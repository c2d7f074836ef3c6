package io.vigie.tests;

import java.time.Duration;
import java.util.concurrent.Callable;

/** For what other processes do in their own time. */
final class Waiting {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Waiting() {}

  /**
   * Returns when it is so.
   *
   * @param story what is told when it never is
   */
  static void until(String what, Callable<Boolean> isSo, Callable<String> story)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      try {
        if (isSo.call()) {
          return;
        }
        last = null;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception notYet) {
        last = notYet;
      }
      Thread.sleep(100);
    }
    AssertionError failure = new AssertionError("waited in vain for " + what + "\n" + told(story));
    if (last != null) {
      failure.addSuppressed(last);
    }
    throw failure;
  }

  private static String told(Callable<String> story) {
    try {
      return story.call();
    } catch (Exception e) {
      return e.toString();
    }
  }
}
