package io.vigie.cli;

import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules lint}: all problems of all rule files. */
@Command(
    name = "lint",
    header = "All problems of all rule files.",
    description = {
      "Tells all problems of all rule files, each with file, line, column, code and a "
          + "suggestion.",
      ""
    },
    footer = {"", "The exit code is 1 when there are errors; warnings and notes leave it 0."},
    mixinStandardHelpOptions = true)
final class RulesLintCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Mixin private @Nullable DefinitionsOption definitions;

  @Override
  public Integer call() throws DefinitionsOption.Unsound {
    Rules rules = Rules.read(folders, Objects.requireNonNull(definitions).sources());
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    rules.problems().all().forEach(out::println);
    command
        .commandLine()
        .getErr()
        .printf(
            "%d files, %d rules: %d errors, %d warnings, %d notes%n",
            rules.pack().files().size(),
            rules.set().headers().size(),
            count(rules, Severity.ERROR),
            count(rules, Severity.WARNING),
            count(rules, Severity.NOTE));
    return rules.problems().hasErrors() || rules.pack().files().isEmpty()
        ? VigieCommand.AT_FAULT
        : 0;
  }

  private static long count(Rules rules, Severity severity) {
    return rules.problems().all().stream().map(Problem::severity).filter(severity::equals).count();
  }
}
