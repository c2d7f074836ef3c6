package io.vigie.cli;

import io.vigie.ingest.LogSource;
import io.vigie.ingest.Normalizer;
import io.vigie.rules.RulePack;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie normalize}: raw records in, ECS documents out. */
@Command(
    name = "normalize",
    header = "What a log source makes of raw records.",
    description = {
      "Shows what a log source makes of raw records: one ECS document a line, in " + "input order.",
      ""
    },
    footer = {
      "",
      "Example: vigie normalize --source aws.cloudtrail trail.json.gz",
      "A rejected record is one line FILE:LINE: CODE: message on standard error, and "
          + "the exit code is 1."
    },
    mixinStandardHelpOptions = true)
final class NormalizeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--source",
      required = true,
      paramLabel = "SOURCE",
      description = "The log source, for example aws.cloudtrail.")
  private String source = "";

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Mixin private ReferenceOption reference = new ReferenceOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Raw records, one a line, plain or gzip; standard input where it is missing.")
  private @Nullable String file;

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    LogSource logSource = definitions.source(source);
    Optional<ReferenceOption.Opened> opened =
        reference.openOrExplain(
            new RulePack(List.of(), definitions.sources()),
            List.of(),
            command.commandLine().getErr());
    if (opened.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    try (InputStream in =
            file == null ? System.in : Files.newInputStream(InputOption.file(command, file));
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
      String name = file == null ? "-" : file;
      // What is piped in arrives now.
      long arrival =
          file == null
              ? System.currentTimeMillis()
              : Files.getLastModifiedTime(Path.of(file)).toMillis();
      long rejects =
          Normalizer.normalize(
              logSource,
              opened.get().reference().enrichers()::enrich,
              in,
              name,
              OptionalLong.of(arrival),
              out,
              System.err);
      return rejects == 0 ? 0 : VigieCommand.AT_FAULT;
    }
  }
}
