package io.vigie.cli;

import io.vigie.job.DetectJob.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Files that options name, checked with messages that help. */
final class InputOption {
  private InputOption() {}

  /** The path, when a file stands there that can be read. */
  static Path file(CommandSpec spec, String name) {
    Path path = Path.of(name);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new ParameterException(spec.commandLine(), "cannot read the file '" + name + "'");
    }
    return path;
  }

  /** A log source and a file, written {@code SOURCE=FILE}. */
  static Input input(CommandSpec spec, DefinitionsOption definitions, String written)
      throws DefinitionsOption.Unsound {
    int equals = written.indexOf('=');
    if (equals <= 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--input needs SOURCE=FILE, for example aws.cloudtrail=trail.ndjson; not '"
              + written
              + "'");
    }
    String name = written.substring(equals + 1);
    String source = definitions.source(written.substring(0, equals)).id();
    return new Input(source, name, file(spec, name));
  }
}
