package io.vigie.ruletest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every {@code yaml} block of the language's documentation is a rule file without errors whose
 * tests pass. A block {@code yaml fragment} holds selections, and is read as part of the smallest
 * rule; a block {@code yaml planned} is about what is not there yet, and is skipped.
 */
final class LanguageDocsTest {
  private static final Path RULES = rules();

  private record Block(String name, String kind, String text) {}

  @TestFactory
  Stream<DynamicTest> everyExampleDoesWhatItsTestsSay() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (String page :
        List.of(
            "README.md",
            "../enrichment/README.md",
            "docs/from-sigma.md",
            "docs/from-elastic-eql.md",
            "docs/from-panther.md")) {
      List<Block> ofPage = blocks(page);
      assertThat(ofPage).as(page).isNotEmpty();
      blocks.addAll(ofPage);
    }
    return blocks.stream().map(block -> DynamicTest.dynamicTest(block.name(), () -> check(block)));
  }

  private static void check(Block block) {
    if (block.kind().equals("planned")) {
      abort("the language does not have this yet");
    }
    boolean fragment = block.kind().equals("fragment");
    assertThat(block.kind()).as("what may stand behind yaml").isIn("", "fragment");
    Problems problems = new Problems();
    RuleFileTests tests =
        RuleFileTests.of(
            new RulePack.File(
                block.name(),
                (fragment ? embedded(block.text()) : block.text())
                    .getBytes(StandardCharsets.UTF_8)),
            LogSources.builtIn(),
            problems);
    assertThat(problems.all())
        .filteredOn(problem -> problem.severity() != Problem.Severity.NOTE)
        .isEmpty();
    assertThat(tests.cases().isEmpty()).isEqualTo(fragment);
    tests.cases().forEach(test -> assertThat(tests.run(test)).as(test.name()).isEmpty());
  }

  private static String embedded(String selections) {
    return "name: fragment\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n"
        + selections.indent(2)
        + "  condition: all of them\n";
  }

  private static List<Block> blocks(String page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(RULES.resolve(page));
    String heading = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "");
      } else if (line.startsWith("```")) {
        int first = i + 1;
        i++;
        while (!lines.get(i).equals("```")) {
          i++;
        }
        if (line.startsWith("```yaml")) {
          blocks.add(
              new Block(
                  page + ":" + first + " " + heading,
                  line.substring("```yaml".length()).strip(),
                  String.join("\n", lines.subList(first, i)) + "\n"));
        }
      }
    }
    return blocks;
  }

  private static Path rules() {
    return Stream.iterate(
            Optional.of(Path.of("").toAbsolutePath()),
            Optional::isPresent,
            folder -> folder.map(Path::getParent))
        .map(folder -> folder.orElseThrow().resolve("rules"))
        .filter(folder -> Files.isDirectory(folder.resolve("library")))
        .findFirst()
        .orElseThrow();
  }
}
