package io.vigie.ruletest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.FilledTables;
import io.vigie.enrichment.GeoDatabases;
import io.vigie.enrichment.Reference;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.ingest.Reject;
import io.vigie.rules.RuleSet;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTest.EventFile;
import io.vigie.rules.testing.RuleTest.TimedEvent;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events of a case as they arrive.
 *
 * @param start from which the case counts its times, milliseconds: the first event of the files
 *     whose events keep their own times, or a fixed day where there are none
 * @param arrivals in the order of arrival
 * @param labels what the case calls its events, and their ids
 */
record CaseEvents(long start, List<Arrival> arrivals, Map<String, String> labels) {
  static final long MAX_FILE_BYTES = 10L << 20;
  static final int MAX_FILE_EVENTS = 10_000;

  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern RANGE = Pattern.compile("(.*?)(\\d{1,6})\\.\\.(.*?)(\\d{1,6})");

  /** An event, with its arrival and its source's lateness in milliseconds. */
  record Arrival(Event event, long at, long lateness) {
    static final Comparator<Arrival> ORDER = Comparator.comparingLong(Arrival::at);
  }

  /** The case itself cannot be run; the message is why. */
  static final class BadCase extends Exception {
    private static final long serialVersionUID = 1;

    BadCase(String problem) {
      super(problem, null, false, false);
    }
  }

  static CaseEvents of(RuleTest test, RuleSet rules, LogSources sources) throws BadCase {
    return new Reader(test, rules, sources).read();
  }

  List<Event> events() {
    return arrivals.stream().map(Arrival::event).toList();
  }

  /** What the events are enriched with: the case's own rows, and those that its events give. */
  Reference reference(RuleTest test, LogSources sources) throws BadCase {
    Map<String, PackedTable> tables = new HashMap<>();
    for (var rows : test.reference().entrySet()) {
      TableDefinition definition =
          Tables.named(rows.getKey())
              .orElseThrow(
                  () ->
                      new BadCase(
                          "there is no table '"
                              + rows.getKey()
                              + "'; "
                              + Tables.suggestionFor(rows.getKey())));
      PackedTable table = new PackedTable(definition);
      PackedTable.Load load = table.load();
      for (JsonNode row : rows.getValue()) {
        load.put(read(definition, row));
      }
      load.commit(Long.MIN_VALUE, "test");
      tables.put(definition.name(), table);
    }
    ReferenceTables own =
        name -> tables.containsKey(name) ? tables.get(name) : ReferenceTables.none().table(name);
    return FilledTables.of(own, GeoDatabases.none(), sources, events());
  }

  private static TableDefinition.Row read(TableDefinition table, JsonNode row) throws BadCase {
    List<String> wrong = new ArrayList<>();
    if (!(row instanceof ObjectNode object)) {
      throw new BadCase("a row of " + table.name() + " is a map, not " + row);
    }
    object
        .fieldNames()
        .forEachRemaining(
            column -> {
              if (!table.columns().contains(column)) {
                wrong.add(
                    "has a column " + column + ", not one of " + new TreeSet<>(table.columns()));
              }
            });
    Optional<TableDefinition.Row> read = table.read(object, wrong::add);
    if (!wrong.isEmpty() || read.isEmpty()) {
      throw new BadCase(
          "the row " + object + " of " + table.name() + " " + String.join(", ", wrong));
    }
    return read.get();
  }

  /**
   * The ids of the events that an expectation names.
   *
   * @param written a label, the label of all events of a repeat or a file, or {@code x2..x6}
   */
  List<String> idsOf(String written) throws BadCase {
    String one = labels.get(written);
    if (one != null) {
      return List.of(one);
    }
    Matcher range = RANGE.matcher(written);
    List<String> ids = new ArrayList<>();
    if (range.matches() && range.group(1).equals(range.group(3))) {
      int last = Integer.parseInt(range.group(4));
      for (int n = Integer.parseInt(range.group(2)); n <= last; n++) {
        ids.add(known(range.group(1) + n));
      }
    } else {
      for (int n = 1; labels.containsKey(written + n); n++) {
        ids.add(known(written + n));
      }
    }
    if (ids.isEmpty()) {
      throw unknown(written);
    }
    return ids;
  }

  private String known(String label) throws BadCase {
    String id = labels.get(label);
    if (id == null) {
      throw unknown(label);
    }
    return id;
  }

  private BadCase unknown(String label) {
    String near = Problems.didYouMean(label, labels.keySet());
    return new BadCase(
        "no event of the case has the id '"
            + label
            + "'; "
            + (!near.isEmpty()
                ? near
                : labels.isEmpty()
                    ? "give events one, for example {id: x1, at: 0s, event: …}"
                    : "there are " + String.join(", ", compact(new ArrayList<>(labels.keySet())))));
  }

  /** Labels for a person: neighbours as {@code x1..x6}, events without a label by their time. */
  String names(List<String> ids) {
    Map<String, String> byId = new LinkedHashMap<>();
    for (Arrival arrival : arrivals) {
      byId.putIfAbsent(
          arrival.event.id(), "(event at " + Offset.text(start, arrival.event.timestamp()) + ")");
    }
    labels.forEach((label, id) -> byId.put(id, label));
    List<String> order = new ArrayList<>(labels.keySet());
    return compact(
            ids.stream()
                .map(id -> byId.getOrDefault(id, id))
                .sorted(Comparator.comparingInt(order::indexOf))
                .toList())
        .toString();
  }

  private static List<String> compact(List<String> labels) {
    Pattern numbered = Pattern.compile("(.*?)(\\d{1,6})");
    List<String> compact = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      int last = i;
      Matcher first = numbered.matcher(labels.get(i));
      if (first.matches()) {
        int number = Integer.parseInt(first.group(2));
        while (last + 1 < labels.size()
            && labels.get(last + 1).equals(first.group(1) + (number + last + 1 - i))) {
          last++;
        }
      }
      compact.add(last > i + 1 ? labels.get(i) + ".." + labels.get(last) : labels.get(i));
      i = last > i + 1 ? last : i;
    }
    return compact;
  }

  /** Makes events of what a case writes. */
  private static final class Reader {
    private final RuleTest test;
    private final RuleSet rules;
    private final LogSources sources;
    private final Map<String, String> labels = new LinkedHashMap<>();

    private Reader(RuleTest test, RuleSet rules, LogSources sources) {
      this.test = test;
      this.rules = rules;
      this.sources = sources;
    }

    private CaseEvents read() throws BadCase {
      Map<EventFile, List<Event>> ofFiles = new LinkedHashMap<>();
      long start = Long.MAX_VALUE;
      for (EventFile file : test.eventFiles()) {
        List<Event> events = events(file);
        ofFiles.put(file, events);
        if (file.at().isEmpty()) {
          start = Math.min(start, earliest(events));
        }
      }
      start = start == Long.MAX_VALUE ? START : start;
      List<Arrival> arrivals = new ArrayList<>();
      for (int i = 0; i < test.events().size(); i++) {
        TimedEvent timed = test.events().get(i);
        LogSource source = source(timed.source());
        long at = start + timed.at().toMillis();
        Event event = event(timed, i + 1, at, source);
        name(timed.label(), event);
        arrivals.add(
            new Arrival(event, at + timed.delay().toMillis(), source.lateness().toMillis()));
      }
      for (Map.Entry<EventFile, List<Event>> each : ofFiles.entrySet()) {
        arrivals.addAll(arrivals(each.getKey(), each.getValue(), start));
      }
      arrivals.sort(Arrival.ORDER);
      return new CaseEvents(start, arrivals, labels);
    }

    private List<Arrival> arrivals(EventFile file, List<Event> events, long start) throws BadCase {
      LogSource source = source(file.source());
      long shift = file.at().map(at -> start + at.toMillis() - earliest(events)).orElse(0L);
      List<Arrival> arrivals = new ArrayList<>();
      for (int i = 0; i < events.size(); i++) {
        Event read = events.get(i);
        Event event =
            shift == 0
                ? read
                : new Event(
                    read.source(),
                    read.id(),
                    read.timestamp() + shift,
                    read.payload(),
                    read.origin());
        name(file.label() == null ? null : file.label() + (i + 1), event);
        arrivals.add(
            new Arrival(
                event, event.timestamp() + file.delay().toMillis(), source.lateness().toMillis()));
      }
      return arrivals;
    }

    private void name(@Nullable String label, Event event) throws BadCase {
      if (label != null && labels.putIfAbsent(label, event.id()) != null) {
        throw new BadCase("two events of the case have the id '" + label + "'");
      }
    }

    private static long earliest(List<Event> events) {
      return events.stream().mapToLong(Event::timestamp).min().orElse(START);
    }

    private LogSource source(@Nullable String named) throws BadCase {
      if (named != null) {
        return sources
            .byId(named)
            .orElseThrow(
                () ->
                    new BadCase(
                        "there is no log source '" + named + "'; " + sources.suggestionFor(named)));
      }
      return rules.detections().stream()
          .map(plan -> plan.rule())
          .flatMap(
              rule -> sources.serving(rule.product(), rule.category(), rule.service()).stream())
          // Alerts come from the engine itself, unless the file is about nothing else.
          .min(Comparator.comparing(source -> source.id().equals(RuleSet.ALERTS)))
          .orElseThrow(() -> new BadCase("no log source serves the rules of this file"));
    }

    private List<Event> events(EventFile file) throws BadCase {
      LogSource source = source(file.source());
      Path path = path(file.path());
      List<Event> events = new ArrayList<>();
      List<String> rejects = new ArrayList<>();
      try {
        if (Files.size(path) > MAX_FILE_BYTES) {
          throw new BadCase(
              "the file '" + file.path() + "' is larger than " + (MAX_FILE_BYTES >> 20) + " MiB");
        }
        OptionalLong arrival = OptionalLong.of(Files.getLastModifiedTime(path).toMillis());
        try (RecordReader records =
            new RecordReader(file.path(), Files.newInputStream(path), source, arrival)) {
          for (RawRecord record = records.next(); record != null; record = records.next()) {
            source.decode(
                record,
                decoded -> {
                  if (decoded instanceof Reject reject) {
                    rejects.add(
                        file.path()
                            + ":"
                            + reject.origin().position()
                            + " is no event of "
                            + source
                            + ": "
                            + reject.reason()
                            + ": "
                            + reject.message());
                  } else {
                    events.add((Event) decoded);
                  }
                });
            if (events.size() > MAX_FILE_EVENTS) {
              throw new BadCase(
                  "the file '" + file.path() + "' holds more than " + MAX_FILE_EVENTS + " events");
            }
          }
        }
      } catch (IOException e) {
        throw new BadCase("the file '" + file.path() + "' cannot be read: " + e.getMessage());
      }
      if (!rejects.isEmpty()) {
        throw new BadCase(rejects.get(0));
      }
      if (events.isEmpty()) {
        throw new BadCase("the file '" + file.path() + "' holds no events");
      }
      return events;
    }

    /** In the rule's folder or below, whatever links there are. */
    private Path path(String written) throws BadCase {
      Path file = Path.of(test.file()).toAbsolutePath();
      Path folder = Objects.requireNonNullElse(file.getParent(), file);
      try {
        Path real = folder.resolve(written).toRealPath();
        if (real.startsWith(folder.toRealPath()) && Files.isRegularFile(real)) {
          return real;
        }
      } catch (IOException e) {
        throw new BadCase("there is no file '" + written + "' in " + folder);
      }
      throw new BadCase("'" + written + "' is no file in " + folder);
    }

    /**
     * @param position from 1
     */
    private static Event event(TimedEvent timed, int position, long at, LogSource source)
        throws BadCase {
      ObjectNode payload = timed.event().deepCopy();
      String id =
          UUID.nameUUIDFromBytes(("event " + position).getBytes(StandardCharsets.UTF_8)).toString();
      source.complete(payload, at, id);
      List<Event> events = new ArrayList<>();
      List<String> rejects = new ArrayList<>();
      source.decode(
          RawRecord.whole(new Origin("tests", 0, position), bytes(payload), OptionalLong.of(at)),
          decoded -> {
            if (decoded instanceof Reject reject) {
              rejects.add(reject.reason() + ": " + reject.message());
            } else {
              events.add((Event) decoded);
            }
          });
      if (events.size() == 1 && rejects.isEmpty()) {
        return events.get(0);
      }
      throw new BadCase(
          "event %d, at %s, is no event of %s: %s"
              .formatted(
                  position,
                  Timespan.text(timed.at()),
                  source,
                  rejects.isEmpty() ? events.size() + " events" : String.join("; ", rejects)));
    }

    private static byte[] bytes(ObjectNode payload) {
      try {
        return JSON.writeValueAsBytes(payload);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
