package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import java.util.List;
import java.util.Set;

/**
 * What the company knows of the resource that an event is about: {@code vigie.asset.id}, {@code
 * .owner}, {@code .environment}, {@code .criticality}, {@code .exposure}, {@code .data_class} and
 * {@code .tags}. Where an event is about several, the one counts that it names most exactly.
 */
public final class AssetEnricher implements Enricher {
  private static final EcsPath ID = EcsPath.of("vigie.asset.id");
  private static final EcsPath TAGS = EcsPath.of("vigie.asset.tags");
  private static final List<String> COLUMNS =
      List.of("owner", "environment", "criticality", "exposure", "data_class");
  private static final List<EcsPath> TEXTS =
      COLUMNS.stream().map(column -> EcsPath.of("vigie.asset." + column)).toList();

  private final ReferenceTable assets;

  public AssetEnricher(ReferenceTables tables) {
    this.assets = tables.table(Assets.NAME);
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (assets.isEmpty() || ID.isIn(ecs)) {
      return;
    }
    for (String key : ResourceKeys.of(ecs)) {
      List<ObjectNode> rows = assets.at(key, asOf);
      if (!rows.isEmpty()) {
        ObjectNode row = rows.get(0);
        ID.add(ecs, row.path("id").asText());
        for (int i = 0; i < COLUMNS.size(); i++) {
          TEXTS.get(i).add(ecs, row.path(COLUMNS.get(i)).asText());
        }
        TAGS.add(ecs, Rows.texts(row, "tags"));
        return;
      }
    }
  }

  @Override
  public Set<String> reads() {
    return ResourceKeys.reads();
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(TEXTS, List.of(ID, TAGS));
  }
}
