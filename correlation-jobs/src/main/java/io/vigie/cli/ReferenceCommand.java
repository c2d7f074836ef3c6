package io.vigie.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vigie reference}: the tables that events are enriched with. */
@Command(
    name = "reference",
    header = "The tables that events are enriched with.",
    description = {
      "Network zones, indicators, assets, identities and more: enrichment/README.md says what"
          + " their rows are.",
      ""
    },
    subcommands = {ReferenceLoadCommand.class, ReferenceShowCommand.class},
    mixinStandardHelpOptions = true)
final class ReferenceCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    throw new ParameterException(
        command.commandLine(), "vigie reference needs a command; see --help");
  }
}
