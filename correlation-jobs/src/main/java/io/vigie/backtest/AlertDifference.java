package io.vigie.backtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which alerts of two runs over the same records are the same: both files are read once. */
final class AlertDifference {
  /** How many of each kind are shown one by one. */
  static final int MAX_SHOWN = 20;

  private final List<KeptAlert> firstAdded = new ArrayList<>();
  private final List<KeptAlert> firstGone = new ArrayList<>();
  private long added;
  private long gone;
  private long same;
  private long changed;

  private AlertDifference() {}

  static AlertDifference between(Path before, Path after) throws IOException {
    AlertDifference difference = new AlertDifference();
    try (BufferedReader olds = Files.newBufferedReader(before);
        BufferedReader news = Files.newBufferedReader(after)) {
      KeptAlert old = next(olds);
      KeptAlert now = next(news);
      while (old != null || now != null) {
        int order = old == null ? 1 : now == null ? -1 : KeptAlert.ORDER.compare(old, now);
        if (old != null && order < 0) {
          difference.gone++;
          keep(difference.firstGone, old);
          old = next(olds);
        } else if (now != null && order > 0) {
          difference.added++;
          keep(difference.firstAdded, now);
          now = next(news);
        } else if (old != null && now != null) {
          boolean equal = old.digest().equals(now.digest());
          difference.same += equal ? 1 : 0;
          difference.changed += equal ? 0 : 1;
          old = next(olds);
          now = next(news);
        }
      }
    }
    return difference;
  }

  private static @Nullable KeptAlert next(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    return line == null ? null : KeptAlert.parse(line);
  }

  private static void keep(List<KeptAlert> first, KeptAlert alert) {
    if (first.size() < MAX_SHOWN) {
      first.add(alert);
    }
  }

  /** Alerts that only the new rules raise. */
  long added() {
    return added;
  }

  /** Alerts that only the old rules raise. */
  long gone() {
    return gone;
  }

  /** Alerts with the same id and document. */
  long same() {
    return same;
  }

  /** Alerts with the same id and another document: other evidence, another level. */
  long changed() {
    return changed;
  }

  List<KeptAlert> firstAdded() {
    return firstAdded;
  }

  List<KeptAlert> firstGone() {
    return firstGone;
  }
}
