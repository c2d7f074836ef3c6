package io.vigie.enrichment.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition.Row;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The rows of one file, checked and counted, with what there is to say of them. */
final class CheckedRows {
  /** More would hide the first. */
  private static final int MOST_TOLD = 100;

  private static final int LONGEST_REASON = 500;

  private final TableDefinition table;
  private final Consumer<Row> out;
  private final Problems.OfFile problems;
  private final SeenIds ids = new SeenIds();
  private final TreeSet<String> unknownColumns = new TreeSet<>();

  /** By why they are left out: how many, and what the first is called. */
  private final Map<String, Others> others = new LinkedHashMap<>();

  private long good;
  private long bad;
  private long same;
  private long leftOut;

  private record Others(String first, long count) {}

  CheckedRows(TableDefinition table, Consumer<Row> out, Problems.OfFile problems) {
    this.table = table;
    this.out = out;
    this.problems = problems;
  }

  /** A row, or what the table takes apart into some. */
  void add(Place place, JsonNode value) {
    Optional<List<ObjectNode>> apart = table.rowsOf(value, this::leaveOut);
    if (apart.isPresent()) {
      apart.get().forEach(row -> row(place, row));
    } else if (value instanceof ObjectNode row) {
      row(place, row);
    } else {
      bad(place, "is no object");
    }
  }

  private void row(Place place, ObjectNode row) {
    if (table.isOfAnother(row)) {
      leftOut++;
      return;
    }
    row.properties().removeIf(field -> field.getValue().isNull());
    row.fieldNames().forEachRemaining(this::column);
    List<String> wrong = new ArrayList<>();
    Optional<Row> read = table.read(row, wrong::add);
    if (read.isEmpty()) {
      bad(place, String.join(", ", wrong));
      return;
    }
    try {
      out.accept(read.get());
    } catch (IllegalArgumentException e) {
      bad(place, String.valueOf(e.getMessage()));
      return;
    }
    good++;
    int before = ids.add(read.get().id(), place.line());
    if (before > 0 && ++same <= MOST_TOLD) {
      String where = before == place.line() ? "before" : "in line " + before;
      problems.warn(
          place,
          "SAME_ROW",
          cut("the row '" + read.get().id() + "' stands " + where + " too; the last one counts"),
          "");
    }
  }

  void bad(Place place, String why) {
    if (++bad <= MOST_TOLD) {
      problems.warn(place, "BAD_ROW", cut("the row " + why), "");
    }
  }

  private void leaveOut(String what, String why) {
    leftOut++;
    if (others.size() < MOST_TOLD || others.containsKey(why)) {
      others.merge(
          why, new Others(what, 1), (known, one) -> new Others(known.first(), known.count() + 1));
    }
  }

  void column(String name) {
    if (!table.columns().contains(name) && unknownColumns.size() < MOST_TOLD) {
      unknownColumns.add(name);
    }
  }

  boolean areNone() {
    return good + bad + leftOut == 0;
  }

  /** Says what can be said only of all, and counts. */
  TableFile.Result end(boolean isWhole) {
    rest(bad, "BAD_ROW", "bad rows");
    rest(same, "SAME_ROW", "rows that stand more than once");
    others.forEach(
        (why, rows) ->
            problems.note(
                Place.START,
                "LEFT_OUT",
                cut(rows.count() + " left out, such as " + rows.first() + ": " + why),
                ""));
    for (String column : unknownColumns) {
      problems.warn(
          Place.START,
          "UNKNOWN_COLUMN",
          cut("nobody looks at the column '" + column + "' of " + table.name()),
          Problems.didYouMean(cut(column), table.columns()));
    }
    return new TableFile.Result(good, bad, leftOut, isWhole);
  }

  private void rest(long count, String code, String what) {
    if (count > MOST_TOLD) {
      problems.warn(Place.START, code, "and " + (count - MOST_TOLD) + " more " + what, "");
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
  }
}
