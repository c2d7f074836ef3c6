package io.vigie.ruletest;

import io.vigie.yaml.Timespan;
import java.time.Duration;

/** Times as a case writes them: from its start on, for example {@code 1h5m}. */
final class Offset {
  private Offset() {}

  /**
   * @param start of the case, milliseconds
   * @param timestamp milliseconds
   */
  static String text(long start, long timestamp) {
    Duration offset = Duration.ofMillis(timestamp - start);
    return offset.isNegative() ? "-" + Timespan.text(offset.negated()) : Timespan.text(offset);
  }
}
