package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedSerializerTest {
  private static final Origin ORIGIN = new Origin("aws.cloudtrail", 3, 1L << 40);
  private static final String LONG = "é€😀".repeat(30_000);

  private final DecodedSerializer serializer = new DecodedSerializer();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"eventID\":\"1\",\"nested\":{\"list\":[1,true,null,\"x\"]},\"empty\":{}}",
        "{\"big\":123456789012345678901234567890,\"small\":-9223372036854775808}",
        "{\"decimal\":0.1,\"exponent\":1e300,\"text\":\"\\u0000 \\\" \\\\ é😀\"}"
      })
  void eventComesBackAsItWas(String json) throws IOException {
    Event event = new Event("aws.cloudtrail", "id", 1_700_000_000_123L, json(json), ORIGIN);

    assertThat(roundTrip(event)).isEqualTo(event);
  }

  @Test
  void whatWasNotReadYetComesBackToo() throws IOException {
    LogSource source = LogSources.builtIn().byId("aws.cloudtrail").orElseThrow();
    String record =
        "{\"eventTime\":\"2026-03-01T08:15:30Z\",\"eventName\":\"A\",\"other\":{\"x\":[1]}}";
    List<Decoded> decoded = new ArrayList<>();
    for (LogSource each : List.of(source, source.focusedOn(List.of("eventName")))) {
      each.decode(
          RawRecord.whole(ORIGIN, record.getBytes(StandardCharsets.UTF_8), OptionalLong.empty()),
          decoded::add);
    }

    assertThat(roundTrip(decoded.get(1))).isEqualTo(decoded.get(0));
  }

  @Test
  void rejectComesBackAsItWas() throws IOException {
    for (RejectReason reason : RejectReason.values()) {
      Reject reject =
          new Reject(
              "aws.cloudtrail", reason, "no time", ORIGIN, new byte[] {0, -1, 9}, 1L << 33, "ab");

      assertThat(roundTrip(reject)).usingRecursiveComparison().isEqualTo(reject);
    }
  }

  @Test
  void textsOfAnyLengthComeBack() throws IOException {
    Event event = new Event(LONG, LONG, 1, json("{}"), new Origin(LONG, 0, 0));
    Reject reject =
        new Reject(LONG, RejectReason.NOT_JSON, LONG, new Origin(LONG, 0, 0), new byte[0], 0, LONG);

    assertThat(roundTrip(event)).isEqualTo(event);
    assertThat(roundTrip(reject)).usingRecursiveComparison().isEqualTo(reject);
  }

  @Test
  void halfASurrogatePairComesBack() throws IOException {
    Event event = new Event("s", "\ud83d", 1, json("{}"), ORIGIN);

    assertThat(roundTrip(event)).isEqualTo(event);
  }

  /** By both ways that Flink takes: over objects, and from bytes to bytes. */
  private Decoded roundTrip(Decoded decoded) throws IOException {
    DataOutputSerializer written = new DataOutputSerializer(64);
    serializer.serialize(decoded, written);
    DataOutputSerializer copied = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(written.getCopyOfBuffer());

    DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
    Decoded read = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    return read;
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
