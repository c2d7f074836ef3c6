package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What strangers send: each input ends in something, and each document is one that ECS allows. */
class FuzzTest {
  private static final byte[] JSON = Bytes.utf8("{}[]\",:\\u0dtrfn-+.eE 19");

  @Test
  void randomBytesAreRejected() {
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[random.nextInt(200) + 1];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        for (int k = 0; k < bytes.length; k++) {
          bytes[k] = JSON[random.nextInt(JSON.length)];
        }
      }
      for (LogSource source : LogSources.builtIn().all()) {
        check(source, bytes);
      }
    }
  }

  @Test
  void mutatedRecordsBecomeSoundDocumentsOrRejects() throws IOException {
    Random random = new Random(2);
    for (LogSource source : LogSources.builtIn().all()) {
      List<byte[]> seeds = new ArrayList<>();
      for (Path file : GoldenTest.records(source)) {
        seeds.add(Files.readAllBytes(file));
      }
      for (int i = 0; i < 4_000; i++) {
        check(source, mutated(seeds.get(random.nextInt(seeds.size())), random));
      }
    }
  }

  static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int times = random.nextInt(4) + 1; times > 0 && bytes.length > 2; times--) {
      int at = random.nextInt(bytes.length - 1);
      int count = Math.min(random.nextInt(20), bytes.length - at);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = JSON[random.nextInt(JSON.length)];
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 3 -> {
          int to = random.nextInt(bytes.length - count + 1);
          System.arraycopy(bytes, at, bytes, to, count);
        }
        default ->
            bytes =
                Bytes.utf8(
                    new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                        .replaceFirst(
                            "\"[^\"]{3,40}\"([,}\\s])",
                            List.of("17", "null", "[]", "{\"a\":[1,{}]}", "true", "-0.5")
                                    .get(random.nextInt(6))
                                + "$1"));
      }
    }
    return bytes;
  }

  private static void check(LogSource source, byte[] bytes) {
    List<Decoded> all = Bytes.decode(source, bytes);
    if (all.isEmpty()) {
      // An envelope without events, or that says that it has none, or names of columns without
      // lines.
      String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
      assertThat(text.contains("[") || text.contains("CONTROL") || source.isHeader(bytes))
          .as(text)
          .isTrue();
    }
    for (Decoded decoded : all) {
      if (decoded instanceof Reject reject) {
        assertThat(DeadLetter.toBytes(reject)).isNotEmpty();
        continue;
      }
      Event event = (Event) decoded;
      JsonNode document = source.toEcs(event);
      assertThat(document).isEqualTo(source.toEcs(event));
      assertThat(document.path("event").path("id").asText()).isEqualTo(event.id());
      assertSound(source, document);
      for (String field : source.ecsFields()) {
        source.field(field).read(event.payload());
      }
    }
  }

  static void assertSound(LogSource source, JsonNode document) {
    assertSound(source, document, "");
  }

  private static void assertSound(LogSource source, JsonNode object, String above) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = above + member.getKey();
      assertThat(member.getKey()).isNotBlank().doesNotContain(".");
      JsonNode value = member.getValue();
      EcsField field = EcsField.ALL.get(name);
      if (value.isObject() && field == null) {
        assertSound(source, value, name + ".");
        continue;
      }
      if (field != null) {
        assertThat(value.isArray()).as(name).isEqualTo(field.shape() == EcsField.Shape.LIST);
        assertThat(field.inDocument(value.isArray() ? elements(value) : List.of(value)))
            .as(name)
            .isEqualTo(value);
      } else {
        assertThat(name).as("not in ECS").startsWith(source.id() + ".");
        elements(value).forEach(element -> assertThat(element.isValueNode()).as(name).isTrue());
      }
    }
  }

  private static List<JsonNode> elements(JsonNode value) {
    List<JsonNode> elements = new ArrayList<>();
    (value.isArray() ? value : List.of(value)).forEach(elements::add);
    return elements;
  }
}
