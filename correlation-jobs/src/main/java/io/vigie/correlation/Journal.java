package io.vigie.correlation;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that outlives a {@link Correlator}: matches inside their windows, and open episodes,
 * by key (see {@link Match#key}).
 */
public interface Journal {

  /** False where the match is already there; of two forms of one event the earlier is kept. */
  boolean add(Match match);

  /** The match with that identity, with its evidence; null where it is not there. */
  @Nullable Match get(String key, String identity);

  /** How many documents the match brought along; 0 where it is not there. */
  int documents(String key, String identity);

  void remove(String key, String identity);

  @Nullable Episode episode(String key);

  void open(String key, Episode episode);

  void close(String key);

  /** Every match of every key that belongs here, in no order; evidence may be missing. */
  void forEach(Consumer<Match> action);
}
