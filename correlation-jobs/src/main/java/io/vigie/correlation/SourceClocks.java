package io.vigie.correlation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The clocks of the log sources, as far as everybody has come who sends matches here. A clock never
 * goes back.
 */
public final class SourceClocks {
  private final int senders;
  private final Map<String, Map<String, Progress>> told = new HashMap<>();
  private final Map<String, Long> clocks;

  /**
   * @param senders how many tell of each source
   * @param sources ids of those that they tell of
   * @param restored clocks of an earlier run
   */
  public SourceClocks(int senders, Set<String> sources, Map<String, Long> restored) {
    this.senders = senders;
    this.clocks = new HashMap<>(restored);
    sources.forEach(source -> clocks.putIfAbsent(source, Progress.BEGINNING));
  }

  /** Takes what somebody tells; whether the source's clock has changed. */
  public boolean take(Progress progress) {
    Map<String, Progress> ofSource =
        told.computeIfAbsent(progress.source(), source -> new HashMap<>());
    ofSource.put(progress.from(), progress);
    if (ofSource.size() < senders) {
      return false;
    }
    long least = Long.MAX_VALUE;
    boolean any = false;
    for (Progress each : ofSource.values()) {
      if (each.clock() != Progress.NOT_AWAITED) {
        any = true;
        least = Math.min(least, each.clock());
      }
    }
    Long before = clocks.get(progress.source());
    if (!any) {
      return clocks.remove(progress.source(), Progress.BEGINNING);
    }
    if (before != null && before >= least) {
      return false;
    }
    clocks.put(progress.source(), least);
    return true;
  }

  /** By source, milliseconds; a source that nobody need wait for is not among them. */
  public Map<String, Long> clocks() {
    return clocks;
  }

  /** Whether everybody has told of the source. */
  public boolean isComplete(String source) {
    return told.getOrDefault(source, Map.of()).size() >= senders;
  }

  /** When the last record of the source arrived, wherever it was read; 0 for never. */
  public long heard(String source) {
    return told.getOrDefault(source, Map.of()).values().stream()
        .mapToLong(Progress::heard)
        .max()
        .orElse(0);
  }
}
