package io.vigie.cli;

import io.vigie.rules.RulePack;
import io.vigie.rules.testing.RuleTest;
import io.vigie.ruletest.RuleFileTests;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules}: what a rule's author needs. */
@Command(
    name = "rules",
    header = "Lint and test rules.",
    description = {"Checks and tests rules.", ""},
    mixinStandardHelpOptions = true)
final class RulesCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "vigie rules needs a command: lint or test");
  }

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
  int lint(
      @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
          List<Path> folders,
      @Mixin DefinitionsOption definitions)
      throws DefinitionsOption.Unsound {
    Rules rules = Rules.read(folders, definitions.sources());
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

  @Command(
      name = "test",
      header = "The tests that rule files carry.",
      description = {
        "Runs the tests that rule files carry, each file's against the rules of"
            + " that file alone. The alerts must stay the same when the events of a case are"
            + " shuffled within their source's lateness, when each comes twice, and when the"
            + " engine is interrupted after every event.",
        ""
      },
      footer = {
        "",
        "Example: vigie rules test rules/library",
        "A failed case tells the alerts that were expected and found, and draws which"
            + " detection rule matched which event. The exit code is 1 when a case fails, a"
            + " file has problems, or there is no test at all."
      },
      mixinStandardHelpOptions = true)
  int test(
      @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
          List<Path> folders,
      @Mixin DefinitionsOption definitions)
      throws DefinitionsOption.Unsound {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Problems unreadable = new Problems();
    RulePack pack = RulePack.read(folders, definitions.sources(), unreadable);
    unreadable.all().forEach(out::println);
    boolean problems = unreadable.hasErrors();
    int passed = 0;
    int failed = 0;
    for (RulePack.File file : pack.files()) {
      Problems ofFile = new Problems();
      RuleFileTests tests = RuleFileTests.of(file, pack.sources(), ofFile);
      if (ofFile.hasErrors()) {
        ofFile.errors().forEach(out::println);
        problems = true;
        continue;
      }
      if (tests.cases().isEmpty()) {
        ofFile
            .of(file.name())
            .warn(
                Place.START, "NO_TESTS", "the file has no tests", "see README.md, \"Add a rule\"");
        out.println(ofFile.all().get(ofFile.all().size() - 1));
        continue;
      }
      out.println(file.name());
      for (RuleTest test : tests.cases()) {
        List<String> failure = tests.run(test);
        out.printf("  %-6s  %s%n", failure.isEmpty() ? "ok" : "FAILED", test.name());
        failure.forEach(line -> out.println("          " + line));
        out.flush();
        passed += failure.isEmpty() ? 1 : 0;
        failed += failure.isEmpty() ? 0 : 1;
      }
    }
    out.printf("%d passed, %d failed%n", passed, failed);
    return problems || failed > 0 || passed == 0 ? VigieCommand.AT_FAULT : 0;
  }

  private static long count(Rules rules, Severity severity) {
    return rules.problems().all().stream().map(Problem::severity).filter(severity::equals).count();
  }
}
