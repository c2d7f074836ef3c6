package io.vigie.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.YamlValue.YamlMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
  private final Problems problems = new Problems();

  private List<YamlValue> read(String yaml) {
    return YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems.of("rule.yml"));
  }

  @ParameterizedTest
  @CsvSource({
    "no, no, String",
    "010, 010, String",
    "012345678901, 012345678901, String",
    "12:30:45, 12:30:45, String",
    "99999999999999999999, 99999999999999999999, String",
    "5, 5, Long",
    "-5, -5, Long",
    "1.5, 1.5, Double",
    "true, true, Boolean",
    "'\"true\"', true, String"
  })
  void plainTextHasTheTypesOfYaml12(String written, String text, String type) {
    Object value = ((YamlMap) read("key: " + written).get(0)).get("key").orElseThrow().plain();

    assertThat(value).hasToString(text);
    assertThat(value.getClass().getSimpleName()).isEqualTo(type);
  }

  @Test
  void everyValueKnowsItsPlace() {
    YamlMap map = (YamlMap) read("title: x\nfields:\n  - a\n  - b: 1\n").get(0);

    assertThat(map.placeOf("fields")).isEqualTo(new Place(2, 1));
    assertThat(((YamlValue.YamlList) map.get("fields").orElseThrow()).items().get(1).place())
        .isEqualTo(new Place(4, 5));
  }

  @Test
  void emptyDocumentsAreLeftOut() {
    assertThat(read("---\na: 1\n---\n---\nb: 2\n")).hasSize(2);
    assertThat(problems.all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1\\na: 2 | DUPLICATE_KEY | 2",
        "a: &x [1]\\nb: *x | ALIAS | 1",
        "a: !!javax.script.ScriptEngineManager [] | TAG | 1",
        "a: [1 | NOT_YAML | 2",
        "a: 1\\n b: 2 | NOT_YAML | 2",
        "? [a]\\n: 1 | KEY_NOT_TEXT | 1",
      })
  void unsafeOrBrokenFilesAreRefusedWithTheirPlace(String yaml, String code, int line) {
    assertThat(read(yaml.replace("\\n", "\n") + "\n")).isEmpty();

    assertThat(problems.all())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(code);
              assertThat(problem.place().line()).isEqualTo(line);
            });
  }

  @Test
  void deepAndLargeFilesAreRefused() {
    read("[".repeat(5000));
    read("a: " + "x".repeat(300_000));

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("TOO_DEEP", "FILE_TOO_LARGE");
  }

  @Test
  void nearNamesAreSuggested() {
    assertThat(Problems.didYouMean("sourc.ip", List.of("source.ip", "user.name")))
        .isEqualTo("did you mean 'source.ip'?");
    assertThat(Problems.didYouMean("zzz", List.of("source.ip"))).isEmpty();
  }
}
