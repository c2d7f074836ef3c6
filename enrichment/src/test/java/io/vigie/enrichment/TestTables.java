package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tables of a folder's files TABLE.ndjson, which need not be there. */
final class TestTables implements ReferenceTables {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, PackedTable> tables = new HashMap<>();

  TestTables(Path folder) throws IOException {
    for (TableDefinition definition : Tables.ALL) {
      Path file = folder.resolve(definition.name() + ".ndjson");
      if (Files.exists(file)) {
        PackedTable table = new PackedTable(definition);
        PackedTable.Load load = table.load();
        List<String> wrong = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
          definition.read((ObjectNode) JSON.readTree(line), wrong::add).ifPresent(load::put);
        }
        assertThat(wrong).isEmpty();
        load.commit(Long.MIN_VALUE, "golden");
        tables.put(definition.name(), table);
      }
    }
  }

  @Override
  public ReferenceTable table(String name) {
    return tables.containsKey(name) ? tables.get(name) : ReferenceTables.none().table(name);
  }
}
