package io.vigie.correlation;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A journal in memory, for one process's bounded runs and for tests. */
public final class HeapJournal implements Journal {
  private final Map<String, Map<String, Match>> matches = new HashMap<>();
  private final Map<String, Episode> episodes = new HashMap<>();

  @Override
  public boolean add(Match match) {
    Map<String, Match> ofKey = matches.computeIfAbsent(match.key(), key -> new HashMap<>());
    Match known = ofKey.get(match.identity());
    if (known == null || match.isEarlierThan(known.evidence())) {
      ofKey.put(match.identity(), match);
    }
    return known == null;
  }

  @Override
  public @Nullable Match get(String key, String identity) {
    return matches.getOrDefault(key, Map.of()).get(identity);
  }

  @Override
  public int documents(String key, String identity) {
    Match match = get(key, identity);
    return match == null ? 0 : match.documents();
  }

  @Override
  public void remove(String key, String identity) {
    Map<String, Match> ofKey = matches.get(key);
    if (ofKey != null && ofKey.remove(identity) != null && ofKey.isEmpty()) {
      matches.remove(key);
    }
  }

  @Override
  public @Nullable Episode episode(String key) {
    return episodes.get(key);
  }

  @Override
  public void open(String key, Episode episode) {
    episodes.put(key, episode);
  }

  @Override
  public void close(String key) {
    episodes.remove(key);
  }

  @Override
  public void forEach(Consumer<Match> action) {
    matches.values().forEach(ofKey -> ofKey.values().forEach(action));
  }

  /** True when nothing is left of anything. */
  public boolean isEmpty() {
    return matches.isEmpty() && episodes.isEmpty();
  }
}
