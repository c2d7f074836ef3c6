package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaDeadLettersTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final DeadLetters deadLetters =
      new KafkaDeadLetters(
          producer,
          "vigie.dead-letters",
          Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));

  @Test
  void aDeadLetterSaysWhatWasRefusedAndWhy() throws Exception {
    String text = "{\"text\":\"" + "é".repeat(5_000) + "\"}";

    deadLetters.accept(
        SinkDocument.first("some-index", "some-id", text.getBytes(UTF_8)), 400, "no \"IP\"\n");

    JsonNode letter = new JsonMapper().readTree(producer.history().get(0).value());
    assertThat(producer.history().get(0).topic()).isEqualTo("vigie.dead-letters");
    assertThat(producer.history().get(0).key()).isEqualTo("some-id".getBytes(UTF_8));
    assertThat(letter.path("@timestamp").textValue()).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(letter.at("/event/kind").textValue()).isEqualTo("pipeline_error");
    assertThat(letter.at("/error/code").textValue()).isEqualTo("ES_REJECTED");
    assertThat(letter.at("/error/message").textValue()).isEqualTo("no \"IP\"\n");
    assertThat(letter.at("/vigie/sink/index").textValue()).isEqualTo("some-index");
    assertThat(letter.at("/vigie/sink/id").textValue()).isEqualTo("some-id");
    assertThat(letter.at("/vigie/sink/status").intValue()).isEqualTo(400);
    assertThat(letter.at("/vigie/reject/head").textValue())
        .startsWith("{\"text\":\"éé")
        .hasSizeLessThan(4_096);
    assertThat(letter.at("/vigie/reject/length").intValue()).isEqualTo(10_011);
    assertThat(letter.at("/vigie/reject/sha256").textValue()).matches("[0-9a-f]{64}");
  }

  @Test
  void aDeadLetterThatKafkaDoesNotTakeIsNotSafe() {
    producer.sendException = new KafkaException("gone");

    assertThatThrownBy(
            () -> deadLetters.accept(SinkDocument.first("i", "d", new byte[] {'{', '}'}), 400, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vigie.dead-letters");
  }
}
