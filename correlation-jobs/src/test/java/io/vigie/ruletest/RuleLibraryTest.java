package io.vigie.ruletest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of every rule of the library, as {@code vigie rules test} runs it. */
final class RuleLibraryTest {
  private static final Path LIBRARY = library();

  @TestFactory
  Stream<DynamicTest> everyRuleDoesWhatItsTestsSay() {
    return tests(LIBRARY);
  }

  /** For every file of the folder, that it is sound, and each of its cases. */
  static Stream<DynamicTest> tests(Path folder) {
    Problems problems = new Problems();
    RulePack pack = RulePack.read(List.of(folder), LogSources.builtIn(), problems);
    assertThat(problems.all()).isEmpty();
    assertThat(pack.files()).isNotEmpty();
    return pack.files().stream().flatMap(file -> tests(folder, file));
  }

  private static Stream<DynamicTest> tests(Path folder, RulePack.File file) {
    Problems problems = new Problems();
    RuleFileTests tests = RuleFileTests.of(file, LogSources.builtIn(), problems);
    String name = folder.relativize(Path.of(file.name())).toString();
    DynamicTest sound =
        DynamicTest.dynamicTest(
            name,
            () -> {
              assertThat(problems.all())
                  .filteredOn(problem -> problem.severity() != Problem.Severity.NOTE)
                  .isEmpty();
              assertThat(tests.cases()).isNotEmpty();
            });
    Stream<DynamicTest> cases =
        tests.cases().stream()
            .map(
                test ->
                    DynamicTest.dynamicTest(
                        name + " / " + test.name(), () -> assertThat(tests.run(test)).isEmpty()));
    return Stream.concat(Stream.of(sound), cases);
  }

  private static Path library() {
    return Stream.iterate(
            Optional.of(Path.of("").toAbsolutePath()),
            Optional::isPresent,
            folder -> folder.map(Path::getParent))
        .map(folder -> folder.orElseThrow().resolve("rules/library"))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow();
  }
}
