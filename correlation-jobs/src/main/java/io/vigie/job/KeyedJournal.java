package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertFolder;
import io.vigie.correlation.Episode;
import io.vigie.correlation.Journal;
import io.vigie.correlation.Match;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.jspecify.annotations.Nullable;

/** The journal in Flink's keyed state, and so in its checkpoints. */
final class KeyedJournal implements Journal, AlertFolder.Store {
  private static final String MATCHES = "journal";

  private final CorrelateOperator operator;
  private final MapState<String, Match> matches;
  private final ValueState<Episode> episode;
  private final ValueState<Alert> alert;

  KeyedJournal(CorrelateOperator operator) {
    this.operator = operator;
    var store = operator.getRuntimeContext();
    this.matches =
        store.getMapState(
            new MapStateDescriptor<>(MATCHES, Types.STRING, TypeInformation.of(Match.class)));
    this.episode =
        store.getState(new ValueStateDescriptor<>("episode", TypeInformation.of(Episode.class)));
    this.alert =
        store.getState(new ValueStateDescriptor<>("alert", TypeInformation.of(Alert.class)));
  }

  @Override
  public boolean add(Match match) {
    return on(
        match.key(),
        () -> {
          Match known = matches.get(match.identity());
          if (known == null || match.isEarlierThan(known)) {
            matches.put(match.identity(), match);
          }
          return known == null;
        });
  }

  @Override
  public @Nullable Match get(String key, String identity) {
    return on(key, () -> matches.get(identity));
  }

  @Override
  public void remove(String key, String identity) {
    on(
        key,
        () -> {
          matches.remove(identity);
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
            matches.values().forEach(action);
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
