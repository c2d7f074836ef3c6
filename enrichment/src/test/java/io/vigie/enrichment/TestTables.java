package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableDefinition.Row;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tables that are read from rows at once and never change. */
final class TestTables implements ReferenceTables {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Loaded> tables = new HashMap<>();

  /** Of the files NAME.ndjson of a folder, which need not be there. */
  static TestTables of(Path folder) throws IOException {
    TestTables all = new TestTables();
    for (TableDefinition definition : Tables.ALL) {
      Path file = folder.resolve(definition.name() + ".ndjson");
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          all.add(definition, line);
        }
      }
    }
    return all;
  }

  void add(TableDefinition definition, String json) throws IOException {
    List<String> wrong = new ArrayList<>();
    Loaded rows = tables.computeIfAbsent(definition.name(), name -> new Loaded());
    definition.read((ObjectNode) JSON.readTree(json), wrong::add).ifPresent(rows.all::add);
    assertThat(wrong).isEmpty();
  }

  @Override
  public ReferenceTable table(String name) {
    return tables.containsKey(name) ? tables.get(name) : ReferenceTables.none().table(name);
  }

  private static final class Loaded implements ReferenceTable {
    private final List<Row> all = new ArrayList<>();

    @Override
    public List<ObjectNode> at(String key, long time) {
      return valid(time).filter(row -> row.keys().contains(key)).map(Row::row).toList();
    }

    @Override
    public List<ObjectNode> containing(String ip, long time) {
      return valid(time)
          .filter(row -> holds(row.keys().get(0), ip))
          .sorted((a, b) -> length(b.keys().get(0)) - length(a.keys().get(0)))
          .map(Row::row)
          .toList();
    }

    private Stream<Row> valid(long time) {
      return all.stream().filter(row -> row.validFrom() <= time && time < row.validUntil());
    }

    private static int length(String network) {
      return Integer.parseInt(network.substring(network.indexOf('/') + 1));
    }

    private static boolean holds(String network, String ip) {
      try {
        byte[] a = InetAddress.getByName(network.substring(0, network.indexOf('/'))).getAddress();
        byte[] b = InetAddress.getByName(ip).getAddress();
        int shift = a.length * 8 - length(network);
        return a.length == b.length
            && new BigInteger(1, a)
                .shiftRight(shift)
                .equals(new BigInteger(1, b).shiftRight(shift));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String version() {
      return "test/" + all.size();
    }
  }
}
