package io.vigie.enrichment;

import io.vigie.enrichment.table.TableDefinition;
import io.vigie.yaml.Problems;
import java.util.List;
import java.util.Optional;

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
          new Sessions(),
          new TerraformRuns());

  private Tables() {}

  /** What to say to somebody who named a table that there is not. */
  public static String suggestionFor(String name) {
    List<String> names = ALL.stream().map(TableDefinition::name).toList();
    String near = Problems.didYouMean(name, names);
    return near.isEmpty() ? "there are " + String.join(", ", names) : near;
  }

  /** The one of that name. */
  public static Optional<TableDefinition> named(String name) {
    return ALL.stream().filter(table -> table.name().equals(name)).findFirst();
  }
}
