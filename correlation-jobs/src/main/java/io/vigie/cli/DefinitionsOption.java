package io.vigie.cli;

import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --definitions}: the log sources that a command knows beside those of Vigie. */
final class DefinitionsOption {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description =
          "A folder or file that defines log sources of your own; may be given many times.")
  private List<Path> folders = List.of();

  private @Nullable LogSources sources;

  /** All sources; what is wrong with a definition ends the command. */
  LogSources sources() throws Unsound {
    if (sources == null) {
      Problems problems = new Problems();
      LogSources read = LogSources.builtIn().withFiles(folders, problems);
      if (problems.hasErrors()) {
        throw new Unsound(problems);
      }
      sources = read;
    }
    return sources;
  }

  /** The log source of that id. */
  LogSource source(String id) throws Unsound {
    LogSources all = sources();
    return all.byId(id)
        .orElseThrow(
            () ->
                new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "there is no log source '" + id + "'; " + all.suggestionFor(id)));
  }

  /** Definitions that cannot be used; the message is all that is wrong with them. */
  static final class Unsound extends Exception {
    private static final long serialVersionUID = 1;

    private Unsound(Problems problems) {
      super(
          problems.all().stream().map(Problem::toString).collect(Collectors.joining("\n")),
          null,
          false,
          false);
    }
  }
}
