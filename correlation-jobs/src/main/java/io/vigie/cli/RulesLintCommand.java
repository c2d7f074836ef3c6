package io.vigie.cli;

import io.vigie.rules.lint.ReportFormat;
import io.vigie.rules.lint.RuleLint;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules lint}: all problems of all rule files. */
@Command(
    name = "lint",
    header = "All problems of all rule files.",
    description = {
      "Tells all problems of all rule files, each with file, line, column, code and a "
          + "suggestion: what is wrong (errors), what cannot mean what its author meant "
          + "(warnings), and what is worth a thought (notes).",
      ""
    },
    footer = {
      "",
      "Example: vigie rules lint rules/library --format sarif > lint.sarif",
      "The exit code is 1 when there are errors or no rules at all; warnings (unless --strict) and "
          + "notes leave it 0."
    },
    mixinStandardHelpOptions = true)
final class RulesLintCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "How to tell them: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). sarif is for "
              + "code hosts, junit for build servers.")
  private ReportFormat format = ReportFormat.TEXT;

  @Option(names = "--strict", description = "Warnings make the exit code 1 as well.")
  private boolean strict;

  @Mixin private @Nullable DefinitionsOption definitions;

  @Override
  public Integer call() throws DefinitionsOption.Unsound {
    Rules rules = Rules.read(folders, Objects.requireNonNull(definitions).sources());
    List<Problem> problems = RuleLint.check(rules.pack(), rules.problems());
    CommandSpec command = Objects.requireNonNull(spec);
    command.commandLine().getOut().print(format.of(problems, rules.pack()));
    command.commandLine().getOut().flush();
    command
        .commandLine()
        .getErr()
        .printf(
            "%d files, %d rules: %d errors, %d warnings, %d notes%n",
            rules.pack().files().size(),
            rules.set().headers().size(),
            count(problems, Severity.ERROR),
            count(problems, Severity.WARNING),
            count(problems, Severity.NOTE));
    boolean fails =
        count(problems, Severity.ERROR) > 0
            || (strict && count(problems, Severity.WARNING) > 0)
            || rules.pack().files().isEmpty();
    return fails ? VigieCommand.AT_FAULT : 0;
  }

  private static long count(List<Problem> problems, Severity severity) {
    return problems.stream().map(Problem::severity).filter(severity::equals).count();
  }
}
