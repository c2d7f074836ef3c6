package io.vigie.ingest;

import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlFiles;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log sources that are known, by id: those that come with Vigie, and a company's own. They
 * travel as the definitions of the latter.
 */
public final class LogSources implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<Definition> own;
  private final transient Map<String, LogSource> byId;

  /**
   * A definition file of a company's own log source.
   *
   * @param name as the user named it
   */
  public record Definition(String name, byte[] yaml) implements Serializable {
    @Override
    public boolean equals(Object other) {
      return other instanceof Definition definition
          && name.equals(definition.name)
          && Arrays.equals(yaml, definition.yaml);
    }

    @Override
    public int hashCode() {
      return 31 * name.hashCode() + Arrays.hashCode(yaml);
    }
  }

  private LogSources(List<Definition> own, Map<String, LogSource> byId) {
    this.own = new ArrayList<>(own);
    this.byId = Collections.unmodifiableMap(byId);
  }

  /** Those that come with Vigie: each folder of {@code sources}. */
  public static LogSources builtIn() {
    return BuiltIn.SOURCES;
  }

  /** Read once, when somebody asks. */
  private static final class BuiltIn {
    private static final LogSources SOURCES = read();

    private static LogSources read() {
      Map<String, LogSource> byId = new TreeMap<>();
      Resources.sources(BuiltIn::source).forEach(source -> byId.put(source.id(), source));
      return new LogSources(List.of(), byId);
    }

    private static LogSource source(String file, byte[] yaml) {
      Problems problems = new Problems();
      return DefinitionReader.read(yaml, problems.of(file))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      problems.all().stream()
                          .map(Problem::toString)
                          .collect(Collectors.joining("\n"))));
    }
  }

  /**
   * These, and one for each {@code .yml} and {@code .yaml} file in the folders and below, and for
   * the files named. All that is wrong is added to {@code problems}; a file with an error defines
   * no log source.
   */
  public LogSources withFiles(List<Path> folders, Problems problems) {
    List<Definition> definitions = new ArrayList<>();
    YamlFiles.read(folders, problems, (name, yaml) -> definitions.add(new Definition(name, yaml)));
    return with(definitions, problems);
  }

  /** These and those defined here, which go before those that come with Vigie. */
  public LogSources with(List<Definition> definitions, Problems problems) {
    Map<String, LogSource> all = new TreeMap<>(byId);
    Map<String, String> files = new TreeMap<>();
    for (Definition definition : definitions) {
      Problems.OfFile ofFile = problems.of(definition.name());
      Optional<LogSource> read = DefinitionReader.read(definition.yaml(), ofFile);
      if (read.isEmpty()) {
        continue;
      }
      LogSource source = read.get();
      String other = files.putIfAbsent(source.id(), definition.name());
      if (other != null) {
        ofFile.error(
            Place.START,
            "DUPLICATE_SOURCE",
            "the log source '" + source.id() + "' is defined in " + other + " as well",
            "give one of them another id");
      }
      all.put(source.id(), source);
    }
    List<Definition> more = new ArrayList<>(own);
    more.addAll(definitions);
    return new LogSources(more, all);
  }

  private Object readResolve() {
    return builtIn().with(own, new Problems());
  }

  public Optional<LogSource> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** For whoever named a source that does not exist: the nearest id, or all. */
  public String suggestionFor(String id) {
    String near = Problems.didYouMean(id, byId.keySet());
    return near.isEmpty() ? "there are " + String.join(", ", byId.keySet()) : near;
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

  /** Equal are those that are defined by equal files. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LogSources sources && own.equals(sources.own);
  }

  @Override
  public int hashCode() {
    return own.hashCode();
  }
}
