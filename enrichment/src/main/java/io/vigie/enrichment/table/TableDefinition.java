package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the rows of one table are. */
public interface TableDefinition {
  /** For example {@code network-zones}. */
  String name();

  /** Whether its keys are networks, as {@code 192.0.2.0/24}, and not exact texts. */
  boolean byNetwork();

  /** Whether events give its rows while the engine runs, so that nobody has to load it. */
  default boolean fillsFromEvents() {
    return false;
  }

  /** The columns that rows may have. */
  Set<String> columns();

  /**
   * Reads a row.
   *
   * @param wrong takes each thing that is wrong with it
   * @return empty where something is wrong
   */
  Optional<Row> read(ObjectNode row, Consumer<String> wrong);

  /**
   * A row as it is kept.
   *
   * @param id tells it from the other rows of the table; a row with the same id replaces it
   * @param keys under which it is found
   * @param validFrom milliseconds since 1970 UTC, inclusive; {@link Long#MIN_VALUE} where it has no
   *     beginning
   * @param validUntil exclusive; {@link Long#MAX_VALUE} where it has no end
   * @param row as it is shown to enrichers
   */
  record Row(String id, List<String> keys, long validFrom, long validUntil, ObjectNode row) {
    public Row {
      keys = List.copyOf(keys);
    }
  }
}
