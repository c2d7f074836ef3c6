package io.vigie.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Tells when a log source that should speak is silent, and when it speaks again. A source that is
 * read late, such as after a pause of the engine, is not silent: it is judged when no record of it
 * has come for a while here as well.
 */
public final class SourceWatch {
  /** How long nothing must have come here, whatever arrived in Kafka when. */
  private static final Duration CAUGHT_UP = Duration.ofMinutes(1);

  private final Map<String, Duration> patience;
  private final Map<String, Heard> heard = new HashMap<>();
  private final Map<String, SystemAlert> silent = new TreeMap<>();

  /** When the last record of a source arrived in Kafka, and when that was learnt here. */
  private record Heard(long at, long learnt) {}

  /**
   * @param patience by log source, how long it may be silent; a source that is not named may be
   *     silent for ever
   */
  public SourceWatch(Map<String, Duration> patience) {
    this.patience = Map.copyOf(patience);
  }

  /**
   * Looks at all sources.
   *
   * @param heardAt when the last record of a source arrived in Kafka, milliseconds; 0 for never
   * @param now by the clock on the wall, milliseconds
   * @param release number of the release of the rules in force
   * @return what is to be told
   */
  public List<Alert> look(ToLongFunction<String> heardAt, long now, int release) {
    List<Alert> told = new ArrayList<>();
    patience.forEach(
        (source, longest) -> {
          long at = heardAt.applyAsLong(source);
          Heard before = heard.get(source);
          if (before == null || before.at() != at) {
            heard.put(source, new Heard(at, now));
            SystemAlert over = before == null ? null : silent.remove(source);
            if (over != null) {
              told.add(over.resolved(now, "a record has arrived").alert());
            }
            return;
          }
          long since = at == 0 ? before.learnt() : at;
          if (!silent.containsKey(source)
              && now - since > longest.toMillis()
              && now - before.learnt() >= CAUGHT_UP.toMillis()) {
            SystemAlert begun =
                SystemAlert.of(
                    SystemAlert.Kind.SOURCE_SILENT,
                    source,
                    release,
                    since,
                    "no record for " + Duration.ofMillis(now - since).toMinutes() + " minutes");
            silent.put(source, begun);
            told.add(begun.alert());
          }
        });
    return told;
  }
}
