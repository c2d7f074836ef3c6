package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The tables that enrichers look into. */
@FunctionalInterface
public interface ReferenceTables {
  /** A table by its name; one that was not loaded is empty. */
  ReferenceTable table(String name);

  /** No table was loaded. */
  static ReferenceTables none() {
    return name ->
        new ReferenceTable() {
          @Override
          public List<ObjectNode> at(String key, long time) {
            return List.of();
          }

          @Override
          public List<ObjectNode> containing(String ipAddress, long time) {
            return List.of();
          }

          @Override
          public String version() {
            return "";
          }
        };
  }
}
