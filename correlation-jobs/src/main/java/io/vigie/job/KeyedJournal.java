package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertFolder;
import io.vigie.correlation.Episode;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Journal;
import io.vigie.correlation.Match;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.jspecify.annotations.Nullable;

/** The journal in Flink's keyed state, and so in its checkpoints. */
final class KeyedJournal implements Journal, AlertFolder.Store {
  private static final String MATCHES = "journal";

  private final CorrelateOperator operator;
  private final MapState<String, Kept> matches;

  /** Apart, so that rebuilding windows need not read it. */
  private final MapState<String, List<Evidence>> evidence;

  private final ValueState<Episode> episode;
  private final ValueState<Alert> alert;

  /**
   * Of a match, what neither its key nor its identity says.
   *
   * @param documents how many its evidence has
   */
  record Kept(List<String> values, int eventCount, int documents) {}

  KeyedJournal(CorrelateOperator operator) {
    this.operator = operator;
    var store = operator.getRuntimeContext();
    this.matches =
        store.getMapState(
            new MapStateDescriptor<>(MATCHES, StringSerializer.INSTANCE, new KeptSerializer()));
    this.evidence =
        store.getMapState(
            new MapStateDescriptor<>(
                "evidence", StringSerializer.INSTANCE, new EvidenceSerializer()));
    this.episode = store.getState(new ValueStateDescriptor<>("episode", new EpisodeSerializer()));
    this.alert = store.getState(new ValueStateDescriptor<>("alert", new AlertSerializer()));
  }

  @Override
  public boolean add(Match match) {
    String identity = match.identity();
    return on(
        match.key(),
        () -> {
          boolean known = matches.contains(identity);
          if (!known || match.isEarlierThan(evidence(identity))) {
            matches.put(identity, new Kept(match.values(), match.eventCount(), match.documents()));
            if (!match.evidence().isEmpty()) {
              evidence.put(identity, match.evidence());
            }
          }
          return !known;
        });
  }

  private List<Evidence> evidence(String identity) throws Exception {
    List<Evidence> kept = evidence.get(identity);
    return kept == null ? List.of() : kept;
  }

  @Override
  public @Nullable Match get(String key, String identity) {
    Kept kept = on(key, () -> matches.get(identity));
    return kept == null
        ? null
        : new Match.Maker(key)
            .of(identity, kept.values(), kept.eventCount())
            .with(on(key, () -> evidence(identity)));
  }

  @Override
  public int documents(String key, String identity) {
    Kept kept = on(key, () -> matches.get(identity));
    return kept == null ? 0 : kept.documents();
  }

  @Override
  public void remove(String key, String identity) {
    on(
        key,
        () -> {
          matches.remove(identity);
          evidence.remove(identity);
          return true;
        });
  }

  @Override
  public @Nullable Episode episode(String key) {
    return on(key, episode::value);
  }

  @Override
  public void open(String key, Episode opened) {
    on(
        key,
        () -> {
          episode.update(opened);
          return true;
        });
  }

  @Override
  public void close(String key) {
    on(
        key,
        () -> {
          episode.clear();
          alert.clear();
          return true;
        });
  }

  @Override
  public @Nullable Alert alert(String key) {
    return on(key, alert::value);
  }

  @Override
  public void put(String key, Alert folded) {
    on(
        key,
        () -> {
          alert.update(folded);
          return true;
        });
  }

  /**
   * Flink's public interfaces know no way to visit all keys when state is restored; the state
   * backend behind them does.
   */
  @Override
  public void forEach(Consumer<Match> action) {
    KeyedStateBackend<String> backend = operator.getKeyedStateBackend();
    List<String> keys;
    try (Stream<String> stream = backend.getKeys(MATCHES, VoidNamespace.INSTANCE)) {
      keys = stream.distinct().toList();
    }
    for (String key : keys) {
      on(
          key,
          () -> {
            Match.Maker maker = new Match.Maker(key);
            for (Map.Entry<String, Kept> each : matches.entries()) {
              Kept kept = each.getValue();
              action.accept(maker.of(each.getKey(), kept.values(), kept.eventCount()));
            }
            return true;
          });
    }
  }

  private <T> T on(String key, StateAccess<T> access) {
    operator.setCurrentKey(key);
    try {
      return access.get();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the state of " + key + " cannot be used", e);
    }
  }

  private interface StateAccess<T> {
    T get() throws Exception;
  }
}
