package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One table as enrichers see it. Safe for use by several threads; a lookup never waits. */
public interface ReferenceTable {
  /**
   * The rows that stand under a key, and are effective and valid at a time.
   *
   * @param time of the event, milliseconds since 1970 UTC
   * @return in no one's hands but the caller's to read; empty where there is none
   */
  List<ObjectNode> at(String key, long time);

  /** Of a table of networks, the rows whose network holds the address, the smallest first. */
  List<ObjectNode> containing(String ipAddress, long time);

  /** What tells this state of the table from others; empty where nothing was loaded. */
  String version();

  /** The state that was in effect at an event's time, as {@link #version()} names states. */
  default String version(long time) {
    return version();
  }

  /** Whether nothing was loaded, so that there is nothing to look for. */
  default boolean isEmpty() {
    return version().isEmpty();
  }
}
