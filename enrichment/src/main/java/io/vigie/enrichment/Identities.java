package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The table {@code identities}: persons and workloads, by their names as {@code SYSTEM:NAME}. */
public final class Identities implements TableDefinition {
  static final String NAME = "identities";

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
    return RowReader.columns("aliases", "id", "name");
  }

  @Override
  public Optional<Row> read(ObjectNode row, Consumer<String> wrong) {
    RowReader reader = new RowReader(row, wrong);
    String id = reader.needed("id");
    List<String> aliases = Rows.texts(row, "aliases");
    if (aliases.isEmpty()) {
      reader.wrong("has no aliases");
    }
    for (String alias : aliases) {
      if (alias.indexOf(':') < 1) {
        reader.wrong("alias '" + alias + "' is not SYSTEM:NAME, as okta:dana@example.com");
      }
    }
    return reader.read(id, aliases.stream().map(Rows::key));
  }
}
