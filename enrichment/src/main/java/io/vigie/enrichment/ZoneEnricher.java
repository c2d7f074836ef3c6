package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of the company's networks an address is in: {@code vigie.network.source.zone}, {@code
 * .kind} and {@code .labels}, and the same of {@code client} and {@code destination}. Of networks
 * in each other the smallest counts.
 */
public final class ZoneEnricher implements Enricher {
  private static final List<Side> SIDES =
      List.of(new Side("source"), new Side("client"), new Side("destination"));

  private final ReferenceTable zones;

  public ZoneEnricher(ReferenceTables tables) {
    this.zones = tables.table(NetworkZones.NAME);
  }

  private record Side(EcsPath ip, EcsPath zone, EcsPath kind, EcsPath labels) {
    private Side(String name) {
      this(
          EcsPath.of(name + ".ip"),
          EcsPath.of("vigie.network." + name + ".zone"),
          EcsPath.of("vigie.network." + name + ".kind"),
          EcsPath.of("vigie.network." + name + ".labels"));
    }
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    for (Side side : SIDES) {
      String address = side.ip().text(ecs);
      List<ObjectNode> rows = address == null ? List.of() : zones.containing(address, asOf);
      if (!rows.isEmpty() && !side.zone().isIn(ecs)) {
        ObjectNode row = rows.get(0);
        side.zone().add(ecs, row.path("zone").asText());
        side.kind().add(ecs, row.path("kind").asText());
        side.labels().add(ecs, Rows.texts(row, "labels"));
      }
    }
  }

  @Override
  public Set<String> reads() {
    return EcsPath.names(SIDES.stream().map(Side::ip).toList());
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(
        SIDES.stream()
            .flatMap(side -> Stream.of(side.zone(), side.kind(), side.labels()))
            .toList());
  }
}
