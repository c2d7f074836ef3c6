package io.vigie.cli;

import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Options that name log sources and files, checked with messages that help. */
final class InputOption {
  private InputOption() {}

  /** The log source of that id. */
  static LogSource source(CommandSpec spec, String id) {
    return LogSources.builtIn()
        .byId(id)
        .orElseThrow(
            () -> {
              List<String> known = LogSources.builtIn().all().stream().map(LogSource::id).toList();
              String near = Problems.didYouMean(id, known);
              return new ParameterException(
                  spec.commandLine(),
                  "there is no log source '"
                      + id
                      + "'; "
                      + (near.isEmpty() ? "there are " + String.join(", ", known) : near));
            });
  }

  /** The path, when a file stands there that can be read. */
  static Path file(CommandSpec spec, String name) {
    Path path = Path.of(name);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new ParameterException(spec.commandLine(), "cannot read the file '" + name + "'");
    }
    return path;
  }
}
