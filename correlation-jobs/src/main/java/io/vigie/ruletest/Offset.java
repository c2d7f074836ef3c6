package io.vigie.ruletest;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Times as a case writes them: from its start on. */
final class Offset {
  private Offset() {}

  /** For example {@code 1h5m}. */
  static String text(Duration offset) {
    String iso = offset.toString();
    long days = offset.toDays();
    if (days > 0) {
      Duration rest = offset.minusDays(days);
      return days + "d" + (rest.isZero() ? "" : text(rest));
    }
    return iso.substring(2).toLowerCase(Locale.ROOT);
  }

  static String text(long timestamp) {
    return text(Duration.between(RuleFileTests.START, Instant.ofEpochMilli(timestamp)));
  }
}
