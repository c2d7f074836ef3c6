package io.vigie.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.YamlValue.YamlMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that were made to run code, to exhaust the reader, or to say two things at once. */
class HostileYamlTest {
  static Stream<Arguments> hostile() {
    return Stream.of(
        of("global tag", "TAG", "a: !!java.net.URL ['http://x']"),
        of("local tag", "TAG", "a: !x 1"),
        of("binary tag", "TAG", "a: !!binary AAAA"),
        of("tag of a map", "TAG", "a: !!javax.script.ScriptEngineManager {b: c}"),
        of("tag by directive", "TAG", "%TAG ! tag:x,2000:\n--- !y\na: 1"),
        of("laughs", "ALIAS", laughs()),
        of("cycle", "ALIAS", "a: &a [*a]"),
        of("alias without anchor", "ALIAS", "a: *b"),
        of("merge key", "ALIAS", "a: &a {b: 1}\nc: {<<: *a}"),
        of("duplicate key", "DUPLICATE_KEY", "a: 1\nb: 2\na: 3"),
        of("duplicate key in flow", "DUPLICATE_KEY", "{a: 1, 'a': 2}"),
        of("duplicate key by escape", "DUPLICATE_KEY", "a: 1\n\"\\x61\": 2"),
        of("duplicate key deep", "DUPLICATE_KEY", "a: [{b: {c: 1, c: 2}}]"),
        of("deep flow list", "TOO_DEEP", "[".repeat(50_000)),
        of("deep flow map", "TOO_DEEP", "{a: ".repeat(50_000)),
        of("deep block list", "TOO_DEEP", "- ".repeat(50_000)),
        of("deep block map", "TOO_DEEP", blockMaps(400)),
        of("deep key", "TOO_DEEP", "? ".repeat(20_000)),
        of("scalar of 4 MB", "FILE_TOO_LARGE", "a: " + "x".repeat(4 << 20)),
        of("a million keys", "FILE_TOO_LARGE", keys(1_000_000)),
        of("NUL", "NOT_YAML", "a: \0"),
        of("escape sequence of a terminal", "NOT_YAML", "a: \u001b[31m"),
        of("tab for indentation", "NOT_YAML", "a:\n\tb: 1"),
        of("not closed", "NOT_YAML", "a: 'b"),
        of("key is a list", "KEY_NOT_TEXT", "? [a]\n: 1"),
        of("key is a map", "KEY_NOT_TEXT", "? {a: b}\n: 1"));
  }

  private static Arguments of(String name, String code, String yaml) {
    return Arguments.of(name, code, yaml);
  }

  private static String laughs() {
    String lines =
        IntStream.range(1, 10)
            .mapToObj(i -> "a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "]")
            .collect(Collectors.joining("\n"));
    return "a0: &a0 [x]\n" + lines;
  }

  private static String blockMaps(int depth) {
    return IntStream.range(0, depth)
        .mapToObj(i -> " ".repeat(i) + "a:\n")
        .collect(Collectors.joining());
  }

  private static String keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefusedWithFileAndPlace(String name, String code, String yaml) {
    Problems problems = new Problems();
    long start = System.nanoTime();
    List<YamlValue> read =
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems.of("rule.yml"));
    long milliseconds = (System.nanoTime() - start) / 1_000_000;

    assertThat(read).isEmpty();
    assertThat(problems.all())
        .as("%s took %d ms", name, milliseconds)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(code);
              assertThat(problem.file()).isEqualTo("rule.yml");
              assertThat(problem.place().line()).isPositive();
              assertThat(problem.toString()).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
            });
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    for (byte[] bytes :
        List.of(
            new byte[] {'a', ':', ' ', (byte) 0xFF},
            new byte[] {'a', ':', ' ', (byte) 0xC0, (byte) 0x80},
            new byte[] {'a', ':', ' ', (byte) 0xED, (byte) 0xA0, (byte) 0x80},
            "a: b".getBytes(StandardCharsets.UTF_16))) {
      Problems problems = new Problems();

      assertThat(YamlReader.read(bytes, problems.of("rule.yml"))).isEmpty();
      assertThat(problems.all()).extracting(Problem::code).containsExactly("NOT_UTF8");
    }
  }

  @Test
  void byteOrderMarkIsNoPartOfTheFirstKey() {
    Problems problems = new Problems();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
    bytes.writeBytes("a: 1\n".getBytes(StandardCharsets.UTF_8));

    List<YamlValue> read = YamlReader.read(bytes.toByteArray(), problems.of("rule.yml"));

    assertThat(problems.all()).isEmpty();
    assertThat(((YamlMap) read.get(0)).get("a")).isPresent();
  }

  @Test
  void hugeNumbersStayText() {
    Problems problems = new Problems();
    String yaml = "a: " + "9".repeat(100_000) + "\nb: 1e999999999\nc: 0x" + "f".repeat(1000);

    YamlMap map =
        (YamlMap)
            YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems.of("rule.yml")).get(0);

    assertThat(problems.all()).isEmpty();
    assertThat(List.of("a", "b", "c"))
        .allSatisfy(
            key -> assertThat(map.get(key).orElseThrow().plain()).isInstanceOf(String.class));
  }

  @Test
  void manyDocumentsAndManyKeysWithinTheSizeAreRead() {
    Problems problems = new Problems();

    assertThat(
            YamlReader.read(
                "---\na: 1\n".repeat(20_000).getBytes(StandardCharsets.UTF_8),
                problems.of("rule.yml")))
        .hasSize(20_000);
    assertThat(
            YamlReader.read(keys(20_000).getBytes(StandardCharsets.UTF_8), problems.of("rule.yml")))
        .hasSize(1);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void nobodyWritesAMessageOfOurs() {
    Problems problems = new Problems();
    String key = "\\u001b[2J\\nrule.yml:1:1: all is well\\u202e";
    String yaml = "\"" + key + "\": 1\n\"" + key + "\": 2";
    YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems.of("a\nb.yml"));

    assertThat(problems.all()).extracting(Problem::code).containsExactly("DUPLICATE_KEY");
    assertThat(problems.all().get(0).toString())
        .startsWith("a\\u000ab.yml:2:1: error DUPLICATE_KEY")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
  }
}
