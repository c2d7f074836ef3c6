package io.vigie.ingest;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The log sources that are known, by id. */
public final class LogSources {
  private final Map<String, LogSource> byId;

  private LogSources(Collection<LogSource> sources) {
    TreeMap<String, LogSource> sorted = new TreeMap<>();
    sources.forEach(source -> sorted.put(source.id(), source));
    this.byId = Collections.unmodifiableMap(sorted);
  }

  /** Those that come with Vigie: each folder of {@code sources}. */
  public static LogSources builtIn() {
    return BuiltIn.SOURCES;
  }

  /** Read once, when somebody asks. */
  private static final class BuiltIn {
    private static final LogSources SOURCES = new LogSources(Resources.sources(BuiltIn::source));

    private static LogSource source(String file, byte[] yaml) {
      Problems problems = new Problems();
      return read(yaml, problems.of(file))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      problems.all().stream()
                          .map(Problem::toString)
                          .collect(Collectors.joining("\n"))));
    }
  }

  /**
   * Reads a definition. All that is wrong with it is added to {@code problems}; a definition with
   * an error is no log source.
   */
  public static Optional<LogSource> read(byte[] yaml, Problems.OfFile problems) {
    return DefinitionReader.read(yaml, problems);
  }

  /** These and {@code more}; of two with one id the one in {@code more} counts. */
  public LogSources with(Collection<LogSource> more) {
    List<LogSource> all = new ArrayList<>(byId.values());
    all.addAll(more);
    return new LogSources(all);
  }

  public Optional<LogSource> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Sorted by id. */
  public Collection<LogSource> all() {
    return byId.values();
  }

  /** The sources that a Sigma rule with this {@code logsource} is about, sorted by id. */
  public List<LogSource> serving(
      @Nullable String product, @Nullable String category, @Nullable String service) {
    return byId.values().stream()
        .filter(source -> source.serves(product, category, service))
        .toList();
  }
}
