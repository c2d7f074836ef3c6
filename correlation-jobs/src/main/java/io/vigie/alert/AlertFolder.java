package io.vigie.alert;

import io.vigie.correlation.Match;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Folds the satisfied times of an episode into one alert with absolute counters, and tells it once
 * however many of them were found together.
 */
public final class AlertFolder {
  private final Store store;
  private final Map<String, Alert> touched = new LinkedHashMap<>();

  /** Holds the alert of an open episode, by the group's key; it goes with the episode. */
  public interface Store {
    @Nullable Alert alert(String key);

    void put(String key, Alert alert);
  }

  public AlertFolder(Store store) {
    this.store = store;
  }

  /** One more satisfied time. An alert of another episode of the group is told before. */
  public void add(String key, Alert more, Consumer<Alert> out) {
    Alert before = touched.containsKey(key) ? touched.get(key) : store.alert(key);
    if (before != null && !before.id().equals(more.id())) {
      tell(key, out);
      before = null;
    }
    touch(key, before == null ? more : before.fold(more));
  }

  /** The store is written once; whether the alert is still there then says whether it is open. */
  private void touch(String key, Alert alert) {
    if (touched.put(key, alert) == null) {
      store.put(key, alert);
    }
  }

  /**
   * A match that came too late to decide anything. Where an alert of its group is open, and it lies
   * in the time that the alert is about, the alert keeps it as evidence.
   *
   * @param timespan of the rule
   * @return whether it was kept
   */
  public boolean late(Match match, Duration timespan) {
    String key = match.key();
    Alert open = touched.containsKey(key) ? touched.get(key) : store.alert(key);
    if (open == null
        || match.timestamp() > open.lastSeen()
        || match.timestamp() <= open.firstSeen() - timespan.toMillis()) {
      return false;
    }
    Alert kept = open.withLate(match.evidence());
    if (kept.lateCount() > open.lateCount()) {
      touch(key, kept);
    }
    return true;
  }

  /** Tells what is new. */
  public void flush(Consumer<Alert> out) {
    List.copyOf(touched.keySet()).forEach(key -> tell(key, out));
  }

  private void tell(String key, Consumer<Alert> out) {
    Alert alert = touched.remove(key);
    if (alert != null) {
      out.accept(alert);
      if (store.alert(key) != null) {
        store.put(key, alert.told());
      }
    }
  }
}
