package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.yaml.Timespan;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;

/**
 * What a correlation keeps in state. A match is kept, with the ECS document of its event, for the
 * timespan and for as long as events may be late.
 *
 * @param retention how long
 */
record StateEstimate(Duration retention) {
  /**
   * A match in keyed state: the ECS documents of the golden records have 1.3 kB on average, keys
   * and ids some 0.4 kB.
   */
  static final int MATCH_BYTES = 1_700;

  static StateEstimate of(Duration timespan, Collection<LogSource> sources) {
    return new StateEstimate(timespan.plus(lateness(sources)));
  }

  /** A rule waits for the slowest of its sources. */
  static Duration lateness(Collection<LogSource> sources) {
    return sources.stream().map(LogSource::lateness).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** Bytes of all matches that come at that rate, whatever their groups. */
  long bytes(double matchesPerMinute) {
    return Math.round(retention.toSeconds() / 60.0 * matchesPerMinute * MATCH_BYTES);
  }

  /** In words, at one match a second: a rate that is easy to scale. */
  String text() {
    return "each match is kept for %s, about %s each; at one match a second that is %s"
        .formatted(Timespan.text(retention), size(MATCH_BYTES), size(bytes(60)));
  }

  static String size(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
