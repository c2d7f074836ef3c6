package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The tables that enrichers look into. */
@FunctionalInterface
public interface ReferenceTables {
  /** A table by its name; one that was not loaded is empty. */
  ReferenceTable table(String name);

  /**
   * Waits until all is known that counts for events of an arrival. It nearly always is.
   *
   * @throws IllegalStateException if it is not within a minute
   */
  default void await(long arrival) {}

  /** No table was loaded. */
  static ReferenceTables none() {
    return name -> Empty.TABLE;
  }

  /** Holds nothing. */
  enum Empty implements ReferenceTable {
    TABLE;

    @Override
    public List<ObjectNode> at(String key, AsOf asOf) {
      return List.of();
    }

    @Override
    public List<ObjectNode> containing(String ipAddress, AsOf asOf) {
      return List.of();
    }

    @Override
    public String version(AsOf asOf) {
      return "";
    }

    @Override
    public boolean isEmpty() {
      return true;
    }
  }
}
