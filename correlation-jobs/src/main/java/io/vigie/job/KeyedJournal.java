package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertFolder;
import io.vigie.correlation.Episode;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Journal;
import io.vigie.correlation.Match;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in Flink's keyed state, and so in its checkpoints. A match is an entry of its own,
 * with its identity for Flink's namespace: on the heap that takes half of the memory of a map for
 * each key, and from RocksDB all keys are read in one go where a map asks for an iterator for each.
 */
final class KeyedJournal implements Journal, AlertFolder.Store {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedJournal.class);
  private static final long SECOND = 1_000_000_000;

  private static final ValueStateDescriptor<Kept> MATCHES =
      new ValueStateDescriptor<>("journal", new KeptSerializer());

  /** Apart, so that rebuilding windows need not read it. */
  private static final ValueStateDescriptor<List<Evidence>> EVIDENCE =
      new ValueStateDescriptor<>("evidence", new EvidenceSerializer());

  private final CorrelateOperator operator;
  private final ValueState<Episode> episode;
  private final ValueState<Alert> alert;
  private volatile int restored;

  /**
   * Of a match, what neither its key nor its identity says.
   *
   * @param documents how many its evidence has
   */
  record Kept(List<String> values, int eventCount, int documents) {}

  KeyedJournal(CorrelateOperator operator) {
    this.operator = operator;
    operator.getMetricGroup().gauge("restored", () -> restored);
    var store = operator.getRuntimeContext();
    this.episode = store.getState(new ValueStateDescriptor<>("episode", new EpisodeSerializer()));
    this.alert = store.getState(new ValueStateDescriptor<>("alert", new AlertSerializer()));
  }

  private <T> ValueState<T> of(String identity, ValueStateDescriptor<T> state) throws Exception {
    return operator
        .getKeyedStateBackend()
        .getPartitionedState(identity, StringSerializer.INSTANCE, state);
  }

  @Override
  public boolean add(Match match) {
    String identity = match.identity();
    return on(
        match.key(),
        () -> {
          boolean known = of(identity, MATCHES).value() != null;
          if (!known || match.isEarlierThan(evidence(identity))) {
            of(identity, MATCHES)
                .update(new Kept(match.values(), match.eventCount(), match.documents()));
            if (!match.evidence().isEmpty()) {
              of(identity, EVIDENCE).update(match.evidence());
            }
          }
          return !known;
        });
  }

  private List<Evidence> evidence(String identity) throws Exception {
    List<Evidence> kept = of(identity, EVIDENCE).value();
    return kept == null ? List.of() : kept;
  }

  @Override
  public @Nullable Match get(String key, String identity) {
    Kept kept = kept(key, identity);
    return kept == null
        ? null
        : new Match.Maker(key)
            .of(identity, kept.values(), kept.eventCount())
            .with(on(key, () -> evidence(identity)));
  }

  private @Nullable Kept kept(String key, String identity) {
    return on(key, () -> of(identity, MATCHES).value());
  }

  @Override
  public int documents(String key, String identity) {
    Kept kept = kept(key, identity);
    return kept == null ? 0 : kept.documents();
  }

  @Override
  public void remove(String key, String identity) {
    on(
        key,
        () -> {
          of(identity, MATCHES).clear();
          of(identity, EVIDENCE).clear();
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
    List<Tuple2<String, String>> all;
    try (Stream<Tuple2<String, String>> stream = backend.getKeysAndNamespaces(MATCHES.getName())) {
      all = stream.toList();
    }
    long told = System.nanoTime();
    for (int i = 0; i < all.size(); i++) {
      String key = all.get(i).f0;
      String identity = all.get(i).f1;
      Kept kept = kept(key, identity);
      if (kept != null) {
        action.accept(new Match.Maker(key).of(identity, kept.values(), kept.eventCount()));
      }
      restored = i + 1;
      if (System.nanoTime() - told > SECOND) {
        told += SECOND;
        LOG.info("restoring the journal: {} of {} matches", i + 1, all.size());
      }
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
