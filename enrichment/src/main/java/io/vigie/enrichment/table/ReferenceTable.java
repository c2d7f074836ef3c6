package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One table as enrichers see it. Safe for use by several threads; a lookup never waits. */
public interface ReferenceTable {
  /**
   * The rows that stand under a key.
   *
   * @return in no one's hands but the caller's to read, by their ids; empty where there is none
   */
  List<ObjectNode> at(String key, AsOf asOf);

  /** Of a table of networks, the rows whose network holds the address, the smallest first. */
  List<ObjectNode> containing(String ipAddress, AsOf asOf);

  /**
   * What tells the state of the table that an event meets from others; empty where nothing was
   * loaded then, or the table fills from events, whose rows come one by one.
   */
  String version(AsOf asOf);

  /** Whether there is nothing to look for. */
  boolean isEmpty();
}
