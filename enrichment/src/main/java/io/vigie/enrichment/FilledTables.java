package io.vigie.enrichment;

import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables over others, for whoever has all events at hand: those that fill from events are filled
 * with what these give, known always.
 */
public final class FilledTables implements ReferenceTables {
  private final ReferenceTables others;
  private final Map<String, PackedTable> filled = new HashMap<>();

  private FilledTables(ReferenceTables others) {
    this.others = others;
    for (TableDefinition table : Tables.ALL) {
      if (table.fillsFromEvents() && others.table(table.name()).isEmpty()) {
        filled.put(table.name(), new PackedTable(table));
      }
    }
  }

  /**
   * The reference data of tables, databases and events.
   *
   * @param events those for which {@link EventRows#mayGive} holds, in any order
   */
  public static Reference of(
      ReferenceTables others, GeoDatabases geo, LogSources sources, List<Event> events) {
    FilledTables tables = new FilledTables(others);
    Reference reference = Reference.of(tables, geo);
    Map<String, Optional<EventRows>> rows = new HashMap<>();
    List<Event> inOrder = new ArrayList<>(events);
    // Who takes on a role from within another has taken on that one before.
    inOrder.sort(Comparator.comparingLong(Event::timestamp));
    for (Event event : inOrder) {
      rows.computeIfAbsent(
              event.source(),
              id ->
                  sources
                      .byId(id)
                      .flatMap((LogSource each) -> EventRows.of(each, reference.enrichers())))
          .filter(each -> each.mayGive(event))
          .flatMap(each -> each.of(event, AsOf.time(event.timestamp())))
          .ifPresent(tables::give);
    }
    return reference;
  }

  private void give(EventRows.Given given) {
    PackedTable table = filled.get(given.table().name());
    if (table != null) {
      table.give(given.row(), Long.MIN_VALUE);
    }
  }

  @Override
  public ReferenceTable table(String name) {
    PackedTable own = filled.get(name);
    return own == null ? others.table(name) : own;
  }
}
