package io.vigie.cli;

import io.vigie.cli.TestReport.FileResult;
import io.vigie.rules.RulePack;
import io.vigie.rules.lint.RuleLint;
import io.vigie.rules.testing.RuleTest;
import io.vigie.ruletest.RuleFileTests;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What rules must pass before they are published; tells everything that is wrong. */
final class RuleChecks {
  private static final int FILES_BETWEEN_WORDS = 50;

  private final Rules rules;
  private final PrintWriter err;

  RuleChecks(Rules rules, PrintWriter err) {
    this.rules = rules;
    this.err = err;
  }

  /** As {@code vigie rules lint}: whether there are rules, and none has an error. */
  boolean lint() {
    List<Problem> problems = RuleLint.check(rules.pack(), rules.problems());
    problems.stream().filter(problem -> problem.severity() == Severity.ERROR).forEach(err::println);
    long errors = count(problems, Severity.ERROR);
    err.printf(
        "%d files, %d rules: %d errors, %d warnings%s%n",
        rules.pack().files().size(),
        rules.set().headers().size(),
        errors,
        count(problems, Severity.WARNING),
        count(problems, Severity.WARNING) > 0 ? " (vigie rules lint tells them)" : "");
    err.flush();
    return errors == 0 && !rules.set().headers().isEmpty();
  }

  private static long count(List<Problem> problems, Severity severity) {
    return problems.stream().map(Problem::severity).filter(severity::equals).count();
  }

  /** As {@code vigie rules test}: whether no case of the files fails. */
  boolean test() {
    Set<String> tested =
        rules.set().tests().stream().map(RuleTest::file).collect(Collectors.toSet());
    TestReport report = new TestReport();
    boolean sound = true;
    int done = 0;
    for (RulePack.File file : rules.pack().files()) {
      if (tested.contains(file.name())) {
        FileResult result = run(file);
        report.add(result);
        if (result.isAtFault()) {
          sound = false;
          TestReport.print(result, err);
        }
        if (++done % FILES_BETWEEN_WORDS == 0) {
          err.printf("tested %d of %d files%n", done, tested.size());
          err.flush();
        }
      }
    }
    report.printSummary(err);
    err.flush();
    return sound;
  }

  private FileResult run(RulePack.File file) {
    Problems problems = new Problems();
    RuleFileTests tests = RuleFileTests.of(file, rules.pack().sources(), problems);
    return problems.hasErrors()
        ? new FileResult(
            file.name(), problems.errors().stream().map(Problem::toString).toList(), List.of())
        : RulesTestCommand.run(tests, tests.cases());
  }
}
