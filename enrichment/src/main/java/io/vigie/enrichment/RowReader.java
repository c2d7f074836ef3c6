package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.TableDefinition;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks one row, and says all that is wrong with it. */
final class RowReader {
  private final ObjectNode row;
  private final Consumer<String> wrong;
  private boolean sound = true;

  RowReader(ObjectNode row, Consumer<String> wrong) {
    this.row = row;
    this.wrong = wrong;
  }

  void wrong(String what) {
    sound = false;
    wrong.accept(what);
  }

  /** A text that a row must have. */
  String needed(String field) {
    String text = row.path(field).asText("").strip();
    if (text.isEmpty()) {
      wrong("has no " + field);
    }
    return text;
  }

  /** One of some texts, or none where none is fine too. */
  void oneOf(String field, Collection<String> allowed) {
    String text = row.path(field).asText("").strip();
    if (!text.isEmpty() && !allowed.contains(text)) {
      wrong(field + " is '" + text + "', not one of " + String.join(", ", allowed));
    }
  }

  /** A table's own columns, and those of every table. */
  static Set<String> columns(String... own) {
    return Stream.concat(Stream.of(own), Stream.of("valid_from", "valid_until"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Milliseconds; a day is its beginning in UTC. */
  long time(String field, long without) {
    String text = row.path(field).asText("").strip();
    if (text.isEmpty()) {
      return without;
    }
    try {
      return text.length() == "2026-03-01".length()
          ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli()
          : Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      wrong(field + " is '" + text + "', not a time as 2026-03-01T08:15:30Z");
      return without;
    }
  }

  Optional<TableDefinition.Row> read(String id, Stream<String> keys) {
    long from = time("valid_from", Long.MIN_VALUE);
    long until = time("valid_until", Long.MAX_VALUE);
    if (until <= from) {
      wrong("valid_until is not after valid_from");
    }
    List<String> all = keys.filter(key -> !key.isEmpty()).distinct().toList();
    return sound
        ? Optional.of(new TableDefinition.Row(id, all, from, until, row))
        : Optional.empty();
  }
}
