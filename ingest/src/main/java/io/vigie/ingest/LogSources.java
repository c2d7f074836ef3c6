package io.vigie.ingest;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
  /** Sorted. Each has a folder of resources with its {@code source.yml}. */
  private static final List<String> BUILT_IN = List.of("aws.cloudtrail");

  private final Map<String, LogSource> byId;

  private LogSources(Collection<LogSource> sources) {
    TreeMap<String, LogSource> sorted = new TreeMap<>();
    sources.forEach(source -> sorted.put(source.id(), source));
    this.byId = Collections.unmodifiableMap(sorted);
  }

  /** Those that come with Vigie. */
  public static LogSources builtIn() {
    return new LogSources(BUILT_IN.stream().map(LogSources::builtIn).toList());
  }

  private static LogSource builtIn(String id) {
    String file = id + "/source.yml";
    Problems problems = new Problems();
    try (InputStream in = LogSources.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + file);
      }
      return read(in.readAllBytes(), problems.of(file))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      problems.all().stream()
                          .map(Problem::toString)
                          .collect(Collectors.joining("\n"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
