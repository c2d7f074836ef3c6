package io.vigie.cli;

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
}
