package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import io.vigie.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sound rules are not complained about. */
final class LintedRulesTest {
  private static final Path CORPUS =
      Path.of(Optional.ofNullable(System.getenv("VIGIE_CORPUS")).orElse("../../shared/corpus"));

  @Test
  void theLibraryHasNoWarnings() {
    assertThat(problems(Path.of("library")))
        .filteredOn(problem -> problem.severity() != Severity.NOTE)
        .isEmpty();
  }

  @Test
  void rulesThatManyUseHaveNoWarnings() {
    Path rules = CORPUS.resolve("sigma/rules");
    assumeTrue(
        Files.isDirectory(rules),
        () -> "no rules at " + rules.toAbsolutePath().normalize() + ": set VIGIE_CORPUS");
    List<Problem> problems = problems(rules);
    List<Problem> warnings =
        problems.stream().filter(problem -> problem.severity() != Severity.NOTE).toList();
    long files = problems.stream().map(Problem::file).distinct().count();

    assertThat(files).isGreaterThan(100);
    assertThat(warnings).isEmpty();
  }

  private static List<Problem> problems(Path folder) {
    Problems problems = new Problems();
    RulePack pack = RulePack.read(List.of(folder), LogSources.builtIn(), problems);
    RuleSet.of(pack, problems);
    assertThat(pack.files()).isNotEmpty();
    return RuleLint.check(pack, problems);
  }
}
