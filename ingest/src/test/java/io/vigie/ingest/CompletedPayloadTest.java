package io.vigie.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.yaml.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CompletedPayloadTest {
  private static final long NEW_YEAR = Instant.parse("2026-01-01T00:00:05Z").toEpochMilli();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          iso8601                            ~ 0   ~ {"at":{"time":"2026-01-01T00:00:05Z"}}
          iso8601                            ~ 7   ~ {"at":{"time":"2026-01-01T00:00:05.007Z"}}
          epoch-seconds                      ~ 0   ~ {"at":{"time":1767225605}}
          epoch-seconds                      ~ 500 ~ {"at":{"time":1767225605.5}}
          epoch-millis                       ~ 7   ~ {"at":{"time":1767225605007}}
          epoch-micros                       ~ 7   ~ {"at":{"time":1767225605007000}}
          epoch-nanos                        ~ 7   ~ {"at":{"time":1767225605007000000}}
          'dd/MMM/yyyy:HH:mm:ss Z'           ~ 0   ~ {"at":{"time":"01/Jan/2026:00:00:05 +0000"}}
          '[yyyy-MM-dd, epoch-seconds]'      ~ 0   ~ {"at":{"time":1767225605}}
          """)
  void missingTimeIsWrittenAsTheSourceReadsIt(String formats, int millis, String payload) {
    LogSource source =
        source(
            "time: {field: at.time, formats: "
                + (formats.startsWith("[") ? formats : "['" + formats + "']")
                + "}");
    ObjectNode completed = StrictJson.MAPPER.createObjectNode();

    source.complete(completed, NEW_YEAR + millis, "unused");

    assertThat(completed).hasToString(payload);
    assertThat(decoded(source, completed).timestamp()).isEqualTo(NEW_YEAR + millis);
  }

  @Test
  void missingIdIsFilledInAndWhatIsThereIsKept() {
    LogSource source = source("time: {field: t}\nevent-id: meta.id");
    ObjectNode bare = StrictJson.MAPPER.createObjectNode().put("meta", "text");
    ObjectNode whole = StrictJson.MAPPER.createObjectNode().put("t", "2025-05-05T05:05:05Z");
    whole.putObject("meta").put("id", "mine");
    ObjectNode noId = whole.deepCopy();
    noId.putObject("meta").putNull("id");

    source.complete(bare, NEW_YEAR, "given");
    source.complete(whole, NEW_YEAR, "given");
    source.complete(noId, NEW_YEAR, "given");

    assertThat(bare).hasToString("{\"meta\":\"text\",\"t\":\"2026-01-01T00:00:05Z\"}");
    assertThat(whole).hasToString("{\"t\":\"2025-05-05T05:05:05Z\",\"meta\":{\"id\":\"mine\"}}");
    assertThat(decoded(source, noId).id()).isEqualTo("given");
  }

  @Test
  void firstTimeThatIsNotEmptyCounts() {
    LogSource source = source("time: {field: [t, made.at]}");
    ObjectNode payload = StrictJson.MAPPER.createObjectNode().put("t", "");
    payload.putObject("made").put("at", "2025-05-05T05:05:05Z");

    assertThat(TimeFormat.text(decoded(source, payload).timestamp()))
        .isEqualTo("2025-05-05T05:05:05.000Z");
  }

  private static LogSource source(String keys) {
    String definition =
        "id: test.any\nlateness: 1m\nidle-timeout: 1m\nsigma: [{product: any}]\n" + keys + "\n";
    Problems problems = new Problems();
    return DefinitionReader.read(
            definition.getBytes(StandardCharsets.UTF_8), problems.of("source.yml"))
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  private static Event decoded(LogSource source, ObjectNode payload) {
    List<Decoded> decoded = new ArrayList<>();
    source.decode(
        RawRecord.whole(new Origin("t", 0, 1), payload.toString().getBytes(StandardCharsets.UTF_8)),
        decoded::add);
    assertThat(decoded).hasSize(1).first().isInstanceOf(Event.class);
    return (Event) decoded.get(0);
  }
}
