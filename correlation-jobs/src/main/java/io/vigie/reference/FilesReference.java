package io.vigie.reference;

import io.vigie.enrichment.EventRows;
import io.vigie.enrichment.FileTables;
import io.vigie.enrichment.FilledTables;
import io.vigie.enrichment.GeoDatabases;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.rules.RulePack;
import io.vigie.topic.Shared;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leads to reference data that lies in files, and to the rows that the events of files give. What
 * is in a file is known always.
 *
 * @param pack whose log sources read the events
 * @param tables by table
 * @param events files of events
 */
public record FilesReference(
    RulePack pack,
    Map<String, String> tables,
    @Nullable String city,
    @Nullable String asn,
    List<EventFile> events)
    implements ReferenceHandle {
  private static final Shared<FilesReference, Reference> OPEN = new Shared<>();

  public FilesReference {
    tables = Map.copyOf(tables);
    events = List.copyOf(events);
  }

  /**
   * A file of raw records.
   *
   * @param source id of its log source
   */
  public record EventFile(String source, String file) implements java.io.Serializable {}

  @Override
  public Reference open() {
    return OPEN.get(
        this,
        () -> {
          Problems problems = new Problems();
          Reference reference = read(problems);
          if (problems.hasErrors()) {
            List<String> errors = problems.errors().stream().map(Problem::toString).toList();
            throw new IllegalStateException(String.join("\n", errors));
          }
          return reference;
        });
  }

  /**
   * Opens it for all who open it while the caller holds what is returned.
   *
   * @param problems takes what is wrong with the files
   */
  public Reference open(Problems problems) {
    return OPEN.get(this, () -> read(problems));
  }

  private Reference read(Problems problems) {
    Map<String, Path> files = new TreeMap<>();
    tables.forEach((table, file) -> files.put(table, Path.of(file)));
    FileTables ofFiles = FileTables.read(files, problems);
    GeoDatabases geo =
        GeoDatabases.open(
            city == null ? null : Path.of(city), asn == null ? null : Path.of(asn), problems);
    LogSources sources = pack.sources();
    List<Event> giving = new ArrayList<>();
    for (EventFile each : events) {
      LogSource source = sources.byId(each.source()).orElseThrow();
      LogSource focused = source.focusedOn(EventRows.reads(source));
      EventRows.of(source, Reference.none().enrichers())
          .ifPresent(rows -> read(each, focused, rows, giving));
    }
    return FilledTables.of(ofFiles, geo, sources, giving);
  }

  /** Records that are no events are told by whoever reads the file for its own sake. */
  private static void read(EventFile file, LogSource source, EventRows rows, List<Event> giving) {
    Path path = Path.of(file.file());
    try (RecordReader reader =
        new RecordReader(
            file.file(),
            Files.newInputStream(path),
            source,
            OptionalLong.of(Files.getLastModifiedTime(path).toMillis()))) {
      for (RawRecord record = reader.next(); record != null; record = reader.next()) {
        source.decode(
            record,
            decoded -> {
              if (decoded instanceof Event event && rows.mayGive(event)) {
                giving.add(event);
              }
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
