package io.vigie.ruletest;

import io.vigie.yaml.Timespan;
import java.time.Duration;
import java.time.Instant;

/** Times as a case writes them: from its start on, for example {@code 1h5m}. */
final class Offset {
  private Offset() {}

  static String text(long timestamp) {
    return Timespan.text(Duration.between(RuleFileTests.START, Instant.ofEpochMilli(timestamp)));
  }
}
