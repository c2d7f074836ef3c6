package io.vigie.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigie.embedded.EmbeddedKafka;
import io.vigie.feed.TopicRange.Saved;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicRangeIT {
  private static final String TOPIC = "aws.cloudtrail";
  private static final long START = 1_772_352_000_000L;

  @TempDir Path folder;

  @Test
  void recordsOfTheRangeAreWrittenOneALine() throws Exception {
    Path file = folder.resolve("saved");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      kafka.createTopic(TOPIC, 3);
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.bootstrapServers()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        send(producer, 0, -1, "{\"too\": \"early\"}");
        send(producer, 0, 0, "{\n \"first\": 1\r\n}");
        send(producer, 1, 500, "{\"second\": 2}");
        send(producer, 1, 600, "\u001f\u008b gzip");
        send(producer, 1, 1000, "{\"too\": \"late\"}");
      }
      TopicRange range =
          new TopicRange(TOPIC, Instant.ofEpochMilli(START), Instant.ofEpochMilli(START + 1000));

      Saved saved = range.save(kafka.bootstrapServers(), Map.of(), file, written -> {});

      assertThat(saved).isEqualTo(new Saved(2, 1));
      assertThat(Files.readAllLines(file))
          .containsExactlyInAnyOrder("{  \"first\": 1  }", "{\"second\": 2}");
      assertThatThrownBy(
              () ->
                  new TopicRange("misspelt", range.from(), range.to())
                      .save(kafka.bootstrapServers(), Map.of(), file, written -> {}))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("misspelt");
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, int partition, long at, String record)
      throws Exception {
    byte[] bytes = record.getBytes(StandardCharsets.ISO_8859_1);
    producer.send(new ProducerRecord<>(TOPIC, partition, START + at, null, bytes)).get();
  }
}
