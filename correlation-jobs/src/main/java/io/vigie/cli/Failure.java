package io.vigie.cli;

import org.jspecify.annotations.Nullable;

/** What a failure says to a person. */
final class Failure {
  private Failure() {}

  /**
   * What Vigie itself says of it; else the sentence nearest to the cause, because frameworks wrap
   * it in words about themselves.
   */
  static String message(Throwable failure) {
    String nearest = failure.getClass().getSimpleName();
    for (Throwable each = failure; each != null; each = next(each)) {
      String message = each.getMessage();
      if (message != null && message.contains(" ")) {
        if (each.getClass().getName().startsWith("io.vigie.")) {
          return message;
        }
        nearest = message;
      }
    }
    return nearest;
  }

  private static @Nullable Throwable next(Throwable failure) {
    return failure.getCause() == failure ? null : failure.getCause();
  }
}
