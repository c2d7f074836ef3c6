package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableFile;
import io.vigie.ingest.EnrichedFields;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** README.md names all that there is, and its examples are sound. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```(?:csv|ndjson)\n(.*?)```", Pattern.DOTALL);

  static Stream<String> fields() {
    return EnrichedFields.ALL.stream().sorted();
  }

  static Stream<String> tables() {
    return Tables.ALL.stream().map(TableDefinition::name);
  }

  @Test
  void everyFieldThatIsAddedIsNamed() throws IOException {
    String text = Files.readString(README);

    assertThat(fields()).allSatisfy(field -> assertThat(text).contains("`" + field + "`"));
  }

  @Test
  void everyEnricherHasASection() throws IOException {
    String text = Files.readString(README);
    List<String> names;
    try (Stream<Path> goldens = Files.list(Path.of("goldens"))) {
      names = goldens.map(folder -> folder.getFileName().toString()).toList();
    }

    assertThat(names).allSatisfy(name -> assertThat(text).contains("\n### " + name + "\n"));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void aTableHasASectionWithItsColumnsAndASoundExample(String table, @TempDir Path folder)
      throws IOException {
    TableDefinition definition = Tables.named(table).orElseThrow();
    String text = Files.readString(README);
    String heading = "\n### `" + table + "`\n";
    assertThat(text).contains(heading);
    String section = text.substring(text.indexOf(heading) + 1).split("\n##", 2)[0];

    assertThat(definition.columns())
        .filteredOn(column -> !column.startsWith("valid_"))
        .allSatisfy(column -> assertThat(section).contains("`" + column + "`"));
    assertThat(text).contains("Every table has `valid_from` and `valid_until`");
    Matcher example = EXAMPLE.matcher(section);
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(folder.resolve(table), example.group(1));
    Problems problems = new Problems();
    TableFile.Result result = TableFile.read(file, definition, row -> {}, problems);
    assertThat(problems.all()).isEmpty();
    assertThat(result.good()).isPositive();
    assertThat(result.leftOut()).isZero();
  }
}
