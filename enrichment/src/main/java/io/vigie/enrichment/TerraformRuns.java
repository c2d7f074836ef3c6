package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The table {@code terraform-runs}: runs, by their id and by the cloud roles that they work in. */
public final class TerraformRuns implements TableDefinition {
  static final String NAME = "terraform-runs";

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
        "actor", "message", "organization", "project", "roles", "run", "url", "workspace");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String run = reader.needed("run");
    return reader.read(
        run, Stream.concat(Stream.of(run), Rows.texts(row, "roles").stream()).map(Rows::key));
  }
}
