package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * By which state of the reference data an event was enriched: {@code vigie.reference.TABLE} for
 * each table that was loaded when the event arrived, and {@code vigie.reference.geo}. That a table
 * knew nothing of an event tells something too.
 */
public final class VersionEnricher implements Enricher {
  private static final EcsPath GEO = EcsPath.of("vigie.reference.geo");

  private final Map<EcsPath, ReferenceTable> loaded = new LinkedHashMap<>();
  private final GeoDatabases geo;

  public VersionEnricher(ReferenceTables tables, GeoDatabases geo) {
    this.geo = geo;
    for (TableDefinition table : Tables.ALL) {
      if (!table.fillsFromEvents()) {
        loaded.put(EcsPath.of("vigie.reference." + table.name()), tables.table(table.name()));
      }
    }
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    loaded.forEach((path, table) -> path.add(ecs, table.version(asOf)));
    GEO.add(ecs, geo.version());
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Set<String> adds() {
    Set<String> names = new TreeSet<>(EcsPath.names(loaded.keySet()));
    names.add(GEO.name());
    return names;
  }
}
