package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The table {@code network-zones}: the company's list of networks. */
public final class NetworkZones implements TableDefinition {
  static final String NAME = "network-zones";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean byNetwork() {
    return true;
  }

  @Override
  public Set<String> columns() {
    return RowReader.columns("kind", "labels", "network", "zone");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String network = Networks.of(reader.needed("network"), reader);
    String zone = reader.needed("zone");
    return reader.read(zone + "/" + network, Stream.of(network));
  }
}
