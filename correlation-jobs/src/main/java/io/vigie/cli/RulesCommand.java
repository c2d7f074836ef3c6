package io.vigie.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vigie rules}: what a rule's author needs. */
@Command(
    name = "rules",
    header = "Lint, show, test, explain, back-test and publish rules.",
    description = {"What a rule's author needs.", ""},
    mixinStandardHelpOptions = true,
    subcommands = {
      RulesLintCommand.class,
      RulesShowCommand.class,
      RulesTestCommand.class,
      RulesExplainCommand.class,
      RulesCoverageCommand.class,
      RulesBacktestCommand.class,
      RulesPublishCommand.class,
      RulesReleasesCommand.class
    })
final class RulesCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "vigie rules needs a command; see --help");
  }
}
