package io.vigie.cli;

import io.vigie.cli.TestReport.CaseResult;
import io.vigie.cli.TestReport.FileResult;
import io.vigie.rules.RulePack;
import io.vigie.rules.testing.RuleTest;
import io.vigie.ruletest.RuleFileTests;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "A failed case tells the alerts that were expected and found, and draws when"
          + " each detection rule matched in which group. --format junit is for build servers. The exit code is 1 when a case fails, a"
          + " file has problems, or there is no test at all."
    },
    mixinStandardHelpOptions = true)
final class RulesTestCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Mixin private @Nullable DefinitionsOption definitions;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description =
          "Run only the cases whose name, or whose file's name, has this text in it; may be given"
              + " many times.")
  private List<String> only = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text or junit; text unless told.",
      defaultValue = "text",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Format format = Format.TEXT;

  private enum Format {
    TEXT,
    JUNIT
  }

  @Override
  public Integer call() throws DefinitionsOption.Unsound, XMLStreamException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Problems unreadable = new Problems();
    RulePack pack =
        RulePack.read(folders, Objects.requireNonNull(definitions).sources(), unreadable);
    TestReport report = new TestReport();
    Set<String> names = new TreeSet<>();
    if (unreadable.hasErrors()) {
      tell(report, new FileResult("rules", lines(unreadable.all()), List.of()), out);
    }
    boolean problems = unreadable.hasErrors();
    for (RulePack.File file : pack.files()) {
      Problems ofFile = new Problems();
      RuleFileTests tests = RuleFileTests.of(file, pack.sources(), ofFile);
      tests.cases().forEach(test -> names.add(test.name()));
      List<RuleTest> chosen = tests.cases().stream().filter(this::isChosen).toList();
      if (ofFile.hasErrors()) {
        problems |= only.isEmpty() || !chosen.isEmpty();
        tell(report, new FileResult(file.name(), lines(ofFile.errors()), List.of()), out);
      } else if (!chosen.isEmpty()) {
        tell(report, run(tests, chosen), out);
      } else if (only.isEmpty()) {
        ofFile
            .of(file.name())
            .warn(
                Place.START, "NO_TESTS", "the file has no tests", "see rules/README.md, \"Tests\"");
        List<Problem> all = ofFile.all();
        PrintWriter told = format == Format.TEXT ? out : spec.commandLine().getErr();
        told.println(all.get(all.size() - 1));
      }
    }
    if (format == Format.JUNIT) {
      out.println(report.junit());
    } else {
      report.printSummary(out);
    }
    if (report.passed() + report.failed() == 0 && !only.isEmpty()) {
      String near = Problems.didYouMean(only.get(0), names);
      spec.commandLine().getErr().println("vigie: no case has " + only + " in its name; " + near);
    }
    return problems || report.failed() > 0 || report.passed() == 0 ? VigieCommand.AT_FAULT : 0;
  }

  private void tell(TestReport report, FileResult result, PrintWriter out) {
    report.add(result);
    if (format == Format.TEXT) {
      TestReport.print(result, out);
    }
  }

  static FileResult run(RuleFileTests tests, List<RuleTest> chosen) {
    List<CaseResult> cases = new ArrayList<>();
    for (RuleTest test : chosen) {
      long start = System.nanoTime();
      List<String> failure = tests.run(test);
      cases.add(new CaseResult(test.name(), failure, Duration.ofNanos(System.nanoTime() - start)));
    }
    return new FileResult(tests.file(), List.of(), cases);
  }

  private boolean isChosen(RuleTest test) {
    return only.isEmpty()
        || only.stream()
            .map(text -> text.toLowerCase(Locale.ROOT))
            .anyMatch(
                part ->
                    test.name().toLowerCase(Locale.ROOT).contains(part)
                        || test.file().toLowerCase(Locale.ROOT).contains(part));
  }

  private static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }
}
