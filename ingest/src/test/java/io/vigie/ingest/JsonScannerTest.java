package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It takes nothing that {@link StrictJson} refuses, and sees what that sees. */
class JsonScannerTest {
  private static final List<String> KEYS =
      List.of(
          "a", "b", "c", "a.b", "b.c", "a.b.c", "", "ä", "a-key-of-20-letters.", "é.b", "abcdefgh");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-0.0",
          "1",
          "-17",
          "2147483647",
          "2147483648",
          "-2147483648",
          "-2147483649",
          "999999999999999999",
          "-999999999999999999",
          "1.5",
          "1e3",
          "1E+10",
          "1.25e-7",
          "\"\"",
          "\"text\"",
          "\"AKIAIOSFODNN7EXAMPLE\"",
          "\"grün\"",
          "\"日本語のテキスト\"",
          "\"😀\"",
          "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"",
          "\"\\u00e4\\u0041x\"",
          "\"\\ud83d\\ude00\"",
          "\"{[,:]}\"",
          "\"exactly8\"",
          "\"sevenxx\"");

  /** Refused, or left to StrictJson. */
  private static final List<String> ODD =
      List.of(
          "01",
          "-",
          "1.",
          ".5",
          "+1",
          "1e",
          "1e+",
          "1e999",
          "-1e400",
          "1e308",
          "NaN",
          "Infinity",
          "True",
          "tru",
          "truex",
          "fxlse",
          "nul",
          "nulll",
          "12345678901234567890",
          "-9223372036854775808",
          "9223372036854775807",
          "0x10",
          "1_000",
          "'a'",
          "a",
          "",
          "\"a",
          "\"\\x\"",
          "\"\\u12g4\"",
          "\"\\ud83d\"",
          "\"\\ude00\"",
          "\"\\ud83d\\u0041\"",
          "\"\\ud83dx\"",
          "\"\t\"",
          "\"\n\"",
          "\"\u0000\"",
          "\"\u001f\"",
          "\"\u007f\"",
          "[1,]",
          "[,1]",
          "[1 2]",
          "[",
          "]",
          "{",
          "}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{,}",
          "{1:2}",
          "{\"a\" 1}",
          "{\"a\":1 \"b\":2}",
          "[1}",
          "{\"a\":1]",
          "/* */ 1",
          "1//",
          "{\"\\u0061\":1}",
          "{\"a\":1,\"a\":2}",
          "{\"a\":1,\"\\u0061\":2}",
          "{\"ä\":1,\"ä\":2}",
          "\uFEFF1");

  private int taken;

  @Test
  void seesWhatStrictJsonSees() {
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder();
      object(text, random, random.nextInt(5) == 0 ? ODD : SCALARS, 0);
      byte[] bytes = Bytes.utf8(text.toString());
      if (random.nextInt(3) == 0) {
        bytes = FuzzTest.mutated(bytes, random);
      }
      refused += check(bytes, someFields(random)) == null ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(30_000);
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void takesWhatIsUsual() {
    for (String scalar : SCALARS) {
      String text = "{\"b\":" + scalar + ",\"a\" : [ " + scalar + " ,{\"b\":" + scalar + "}]\n}";
      assertThat(check(Bytes.utf8(text), List.of("a", "b"))).as(text).isNotNull();
      assertThat(check(Bytes.utf8(text), List.of("a.b", "x"))).as(text).isNotNull();
    }
  }

  @Test
  void leavesWhatIsOddToOthers() {
    for (String odd : ODD) {
      for (String field : List.of("a", "b")) {
        check(Bytes.utf8("{\"a\":" + odd + "}"), List.of(field));
        check(Bytes.utf8("{\"a\":[1," + odd + "]}"), List.of(field));
        check(Bytes.utf8("{\"x\":{\"y\":" + odd + "}}"), List.of(field));
        check(Bytes.utf8("{\"a\":1}" + odd), List.of(field));
        check(Bytes.utf8(odd + "{\"a\":1}"), List.of(field));
      }
    }
  }

  @Test
  void checksUtf8InWhatIsSkipped() {
    Random random = new Random(4);
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes = Bytes.utf8("{\"skipped\":\"..........\",\"a\":\"..........\",\"...\":1}");
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[12 + random.nextInt(35)] = (byte) (0x80 + random.nextInt(128));
      }
      check(bytes, List.of("a"));
    }
    assertThat(read(Bytes.utf8("{\"skipped\":\"\u0800\ud7ff\ue000\"}"), List.of("a"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 63, 64, 65, 66, 200, 5_000})
  void findsAKeyThatStandsTwiceAmong(int count) {
    List<String> members =
        IntStream.range(0, count)
            .mapToObj(i -> "\"key" + i + "\":{\"k\":" + i + "}")
            .collect(Collectors.toCollection(ArrayList::new));
    assertThat(check(Bytes.utf8("{" + String.join(",", members) + "}"), List.of("key1")))
        .isNotNull();
    for (int i : new int[] {0, count / 2, count - 1}) {
      for (int to : new int[] {0, count / 2, count}) {
        List<String> twice = new ArrayList<>(members);
        twice.add(to, "\"key" + i + "\":null");
        String object = "{" + String.join(",", twice) + "}";
        assertThat(check(Bytes.utf8(object), List.of("key1"))).isNull();
        assertThat(check(Bytes.utf8("{\"a\":[" + object + "]}"), List.of("key1"))).isNull();
      }
    }
  }

  @Test
  void knowsTheLimits() {
    for (int count : new int[] {62, 63, 64, 65}) {
      check(Bytes.utf8("{\"a\":" + "[".repeat(count) + "]".repeat(count) + "}"), List.of("a"));
      check(Bytes.utf8("{\"a\":".repeat(count) + "1" + "}".repeat(count)), List.of("b"));
    }
    for (int count : new int[] {Limits.MAX_VALUES - 2, Limits.MAX_VALUES - 1}) {
      String many = "{\"a\":[" + "1,".repeat(count - 1) + "1]}";
      check(Bytes.utf8(many), List.of("a"));
      check(Bytes.utf8(many), List.of("b"));
    }
    for (int count : new int[] {Limits.MAX_STRING_LENGTH - 1, Limits.MAX_STRING_LENGTH + 1}) {
      check(Bytes.utf8("{\"a\":\"" + "x".repeat(count) + "\"}"), List.of("b"));
    }
    for (int count : new int[] {99, 100, 101, 999, 1_000, 1_001, 50_000, 50_001}) {
      check(Bytes.utf8("{\"a\":" + "1".repeat(count) + "}"), List.of("b"));
      check(Bytes.utf8("{\"a\":1." + "1".repeat(count) + "}"), List.of("b"));
      check(Bytes.utf8("{\"" + "k".repeat(count) + "\":1}"), List.of("b"));
    }
  }

  @Test
  void readsASliceOfMore() {
    byte[] bytes = Bytes.utf8("[{\"a\":1},{\"a\":\"text\"}]");
    Projection wanted = Projection.of(List.of(new FieldPath("a")), List.of());
    for (int to = 0; to <= bytes.length; to++) {
      JsonNode second = JsonScanner.of(wanted).read(bytes, 9, to);
      assertThat(second != null).isEqualTo(to == bytes.length - 1);
    }
  }

  @Test
  void keepsOfAMemberTheKindIfThatIsWanted() {
    Projection wanted = Projection.of(List.of(), List.of("a", "b", "c"));
    byte[] bytes = Bytes.utf8("{\"a\":{\"x\":1},\"b\":[1,{\"y\":2},[]],\"c\":\"text\",\"d\":{}}");
    assertThat(JsonScanner.of(wanted).read(bytes, 0, bytes.length))
        .hasToString("{\"a\":{},\"b\":[{},[]]}");
  }

  private static void object(StringBuilder out, Random random, List<String> scalars, int depth) {
    out.append('{').append(space(random));
    int count = random.nextInt(5);
    List<String> keys = new ArrayList<>(KEYS);
    for (int i = 0; i < count; i++) {
      String key = keys.get(random.nextInt(keys.size()));
      if (random.nextInt(40) > 0) {
        keys.remove(key);
      }
      out.append(i == 0 ? "" : ",").append(space(random));
      out.append('"').append(key).append('"').append(space(random)).append(':');
      value(out, random, scalars, depth + 1);
    }
    out.append('}').append(space(random));
  }

  private static void value(StringBuilder out, Random random, List<String> scalars, int depth) {
    out.append(space(random));
    switch (depth > 5 ? 9 : random.nextInt(10)) {
      case 0, 1, 2, 3 -> object(out, random, scalars, depth);
      case 4, 5 -> {
        out.append('[');
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
          out.append(i == 0 ? "" : ",");
          value(out, random, scalars, depth + 1);
        }
        out.append(space(random)).append(']');
      }
      default ->
          out.append(
              random.nextInt(8) > 0
                  ? SCALARS.get(random.nextInt(SCALARS.size()))
                  : scalars.get(random.nextInt(scalars.size())));
    }
    out.append(space(random));
  }

  private static String space(Random random) {
    return random.nextInt(8) > 0 ? "" : List.of(" ", "\n", "\t\r\n  ").get(random.nextInt(3));
  }

  private static List<String> someFields(Random random) {
    return Stream.generate(
            () ->
                Stream.generate(() -> KEYS.get(random.nextInt(KEYS.size())))
                    .limit(random.nextInt(3) + 1)
                    .collect(Collectors.joining(".")))
        .limit(random.nextInt(5))
        .toList();
  }

  /** What the scanner takes, StrictJson takes, and all fields read the same of both. */
  private @Nullable ObjectNode check(byte[] bytes, List<String> fields) {
    ObjectNode partial = read(bytes, fields);
    if (partial == null) {
      return null;
    }
    taken++;
    String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    JsonNode whole;
    try {
      whole = StrictJson.read(bytes, 0, bytes.length);
    } catch (StrictJson.Unreadable e) {
      throw new AssertionError(e.reason() + " " + e.text() + ": " + text, e);
    }
    for (String field : fields) {
      FieldPath path = new FieldPath(field);
      assertThat(path.read(partial)).as("%s of %s", field, text).isEqualTo(path.read(whole));
      assertThat(path.readWhole(partial)).as(field).isEqualTo(path.readWhole(whole));
      assertThat(path.readWhole(partial)).hasToString(path.readWhole(whole).toString());
    }
    return partial;
  }

  private static @Nullable ObjectNode read(byte[] bytes, List<String> fields) {
    Projection wanted = Projection.of(fields.stream().map(FieldPath::new).toList(), List.of());
    return JsonScanner.of(wanted).read(bytes, 0, bytes.length);
  }
}
