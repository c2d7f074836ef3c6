package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.ingest.EnrichedFields;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;

/** Events as if they said themselves what enriching adds, for whoever explains what rules see. */
public final class EnrichedEvent {
  private EnrichedEvent() {}

  /** The event with what it lacks. */
  public static Event of(Event event, LogSource source, Enrichers enrichers) {
    if (!(event.payload() instanceof ObjectNode said)) {
      return event;
    }
    ObjectNode ecs = source.toEcs(event);
    enrichers.enrich(ecs, AsOf.time(event.timestamp()));
    ObjectNode payload = said.deepCopy();
    for (String field : EnrichedFields.ALL) {
      JsonNode added = EcsPath.of(field).node(ecs);
      // In lists of objects a field has no one place.
      if (added != null && source.field(field).read(said).isEmpty()) {
        EcsPath.of(field).add(payload, added);
      }
    }
    EcsPath enrichments = EcsPath.of("threat.enrichments");
    JsonNode list = enrichments.node(ecs);
    if (list != null) {
      enrichments.add(payload, list);
    }
    return new Event(event.source(), event.id(), event.timestamp(), payload, event.origin());
  }
}
