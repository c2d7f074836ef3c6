package io.vigie.enrichment;

import io.vigie.enrichment.table.TableDefinition;
import java.util.List;

/** The tables that enrichers look into. */
public final class Tables {
  /** Sorted by name. */
  public static final List<TableDefinition> ALL =
      List.of(
          new Assets(),
          new Identities(),
          Indicators.ofNetworks(),
          Indicators.ofValues(),
          new NetworkZones(),
          new Posture(),
          new TerraformRuns());

  private Tables() {}
}
