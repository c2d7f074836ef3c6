package io.vigie.enrichment;

import io.vigie.enrichment.table.ReferenceTables;

/**
 * Reference data, and the enrichers that look into it.
 *
 * @param enrichers all of them, over the tables
 */
public record Reference(ReferenceTables tables, Enrichers enrichers) {
  /** Of tables and databases. */
  public static Reference of(ReferenceTables tables, GeoDatabases geo) {
    return new Reference(tables, Enrichers.of(tables, geo));
  }

  /** Nothing was loaded. */
  public static Reference none() {
    return of(ReferenceTables.none(), GeoDatabases.none());
  }
}
