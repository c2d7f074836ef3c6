package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The table {@code assets}: resources, by id and by whatever else they are called. */
public final class Assets implements TableDefinition {
  static final String NAME = "assets";
  private static final List<String> CRITICALITIES = List.of("low", "medium", "high", "critical");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean byNetwork() {
    return false;
  }

  @Override
  public Set<String> columns() {
    return RowReader.columns(
        "aliases", "criticality", "data_class", "environment", "exposure", "id", "owner", "tags");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String id = reader.needed("id");
    reader.oneOf("criticality", CRITICALITIES);
    return reader.read(
        id, Stream.concat(Stream.of(id), Rows.texts(row, "aliases").stream()).map(Rows::key));
  }
}
