package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The table {@code sessions}: who took on which role, by the names that the session has. */
public final class Sessions implements TableDefinition {
  static final String NAME = "sessions";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean byNetwork() {
    return false;
  }

  @Override
  public boolean fillsFromEvents() {
    return true;
  }

  @Override
  public Set<String> columns() {
    return RowReader.columns("aliases", "id", "name", "session");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String session = reader.needed("session");
    reader.needed("id");
    return reader.read(session, Rows.texts(row, "aliases").stream().map(Rows::key));
  }
}
