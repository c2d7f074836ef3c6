package io.vigie.cli;

import io.vigie.rules.RulePack;
import io.vigie.rules.testing.RuleTest;
import io.vigie.ruletest.RuleFileTests;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
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

/** {@code vigie rules test}: the tests that rule files carry. */
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
final class RulesTestCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Mixin private @Nullable DefinitionsOption definitions;

  @Override
  public Integer call() throws DefinitionsOption.Unsound {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Problems unreadable = new Problems();
    RulePack pack =
        RulePack.read(folders, Objects.requireNonNull(definitions).sources(), unreadable);
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
}
