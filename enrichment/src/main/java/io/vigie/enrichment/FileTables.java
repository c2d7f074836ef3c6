package io.vigie.enrichment;

import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableFile;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Tables of files, whose rows are known always. */
public final class FileTables implements ReferenceTables {
  /** A file with a larger share of bad rows is another file than somebody meant. */
  private static final double MAX_BAD = 0.05;

  private final Map<String, PackedTable> tables = new HashMap<>();

  private FileTables() {}

  /**
   * Reads files.
   *
   * @param files by table, each of which is known
   * @param problems takes bad rows as warnings, and each file that is not loaded as an error
   */
  public static FileTables read(Map<String, Path> files, Problems problems) {
    FileTables all = new FileTables();
    files.forEach((table, file) -> all.read(Tables.named(table).orElseThrow(), file, problems));
    return all;
  }

  private void read(TableDefinition definition, Path file, Problems problems) {
    PackedTable table = new PackedTable(definition);
    PackedTable.Load load = table.load();
    TableFile.Result result = TableFile.read(file, definition, load::put, problems);
    Problems.OfFile of = problems.of(file.toString());
    if (result.isBrokenBeyond(MAX_BAD)) {
      if (result.isWhole()) {
        of.error(
            Place.START,
            "TOO_MANY_BAD_ROWS",
            result.bad() + " of " + (result.good() + result.bad()) + " rows are bad",
            "mend them: at most 5 % may be");
      }
      return;
    }
    try {
      load.commit(Long.MIN_VALUE, TableFile.version(file));
    } catch (IOException e) {
      of.error(
          Place.START, "CANNOT_READ", "it cannot be read: " + e.getMessage(), "name another file");
      return;
    }
    tables.put(definition.name(), table);
  }

  @Override
  public ReferenceTable table(String name) {
    PackedTable table = tables.get(name);
    return table == null ? ReferenceTables.none().table(name) : table;
  }
}
