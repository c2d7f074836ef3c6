package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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

  /** Whether a row belongs to another table, for which the file is meant too. */
  default boolean isOfAnother(ObjectNode row) {
    return false;
  }

  /**
   * Takes a JSON value apart that is no row itself but holds some, such as a STIX bundle.
   *
   * @param bad takes what of it is no row: what it is called there, and why
   * @return empty where the value is a row or nothing
   */
  default Optional<List<ObjectNode>> rowsOf(JsonNode value, BiConsumer<String, String> bad) {
    return Optional.empty();
  }

  /**
   * The row of a list of values, one a line.
   *
   * @param source where the list comes from
   * @return empty where the table has no such rows
   */
  default Optional<ObjectNode> rowOf(String value, String source) {
    return Optional.empty();
  }

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
