package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableDefinition.Row;
import io.vigie.ingest.Event;
import io.vigie.ingest.FieldReader;
import io.vigie.ingest.LogSource;
import java.util.List;
import java.util.Optional;

/**
 * The rows of reference data that the events of a log source give: findings of CNAPPs those of
 * {@code posture}, roles that are taken on those of {@code sessions}.
 */
public final class EventRows {
  private static final String CLOUDTRAIL = "aws.cloudtrail";
  private static final String ACTION = "eventName";
  private static final String TAKES_ON_ROLE = "AssumeRole";

  private final LogSource source;
  private final Enrichers enrichers;
  private final TableDefinition table;
  private final FieldReader action;

  /**
   * A row that an event gave.
   *
   * @param table where it belongs
   */
  public record Given(TableDefinition table, Row row) {}

  private EventRows(LogSource source, Enrichers enrichers, TableDefinition table) {
    this.source = source;
    this.enrichers = enrichers;
    this.table = table;
    this.action = source.field(ACTION);
  }

  /**
   * Of a log source; empty where its events give none.
   *
   * @param enrichers that tell who an event is about
   */
  public static Optional<EventRows> of(LogSource source, Enrichers enrichers) {
    if (PostureRows.sources().contains(source.id())) {
      return Optional.of(new EventRows(source, new Enrichers(List.of()), new Posture()));
    }
    return source.id().equals(CLOUDTRAIL)
        ? Optional.of(
            new EventRows(
                source,
                enrichers.neededFor(List.of("vigie.identity.id", "vigie.identity.name")),
                new Sessions()))
        : Optional.empty();
  }

  /** The fields of most events of a log source that are looked at, as its own words. */
  public static List<String> reads(LogSource source) {
    return source.id().equals(CLOUDTRAIL) ? List.of(ACTION) : List.of();
  }

  /** False where an event gives no row, and nobody needs to look closer; cheap. */
  public boolean mayGive(Event event) {
    return !source.id().equals(CLOUDTRAIL) || takesOnRole(event);
  }

  /** The row that an event gives. */
  public Optional<Given> of(Event event, AsOf asOf) {
    ObjectNode ecs = source.toEcs(event);
    enrichers.enrich(ecs, asOf);
    Optional<ObjectNode> row =
        source.id().equals(CLOUDTRAIL) ? SessionRows.of(ecs) : PostureRows.of(ecs);
    return row.flatMap(each -> table.read(each, wrong -> {})).map(each -> new Given(table, each));
  }

  private boolean takesOnRole(Event event) {
    for (JsonNode each : action.read(event.payloadWith(ACTION))) {
      if (each.asText().startsWith(TAKES_ON_ROLE)) {
        return true;
      }
    }
    return false;
  }
}
