package io.vigie.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "aws.cloudtrail";

  @TempDir Path folder;

  @Test
  void aRestartOnTheSameFolderKeepsTheData() throws Exception {
    byte[] first = "first".getBytes(StandardCharsets.UTF_8);
    byte[] second = "second".getBytes(StandardCharsets.UTF_8);
    Path data = folder.resolve("kafka");

    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
      kafka.createTopic(TOPIC, 2);
      kafka.createTopic(TOPIC, 2);
      produce(kafka, TOPIC, first);
      assertThat(consume(kafka, 1)).containsExactly(first);
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
      kafka.createTopic(TOPIC, 2);
      produce(kafka, TOPIC, second);
      assertThat(consume(kafka, 2)).containsExactly(first, second);
    }
    assertThat(data).isNotEmptyDirectory();
  }

  @Test
  void aLargeRecordOfLongAgoIsKept() throws Exception {
    byte[] large = new byte[EmbeddedKafka.MAX_MESSAGE_BYTES - (1 << 10)];
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      kafka.createTopic(TOPIC, 1);
      try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
        producer.send(new ProducerRecord<>(TOPIC, 0, 0L, null, large)).get();
      }
      assertThat(consume(kafka, 1)).hasSize(1).first().isEqualTo(large);
    }
  }

  @Test
  void topicsAreNotMadeByUsingThem() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      assertThatThrownBy(() -> produce(kafka, "misspelt", new byte[1]))
          .isInstanceOf(ExecutionException.class);
      assertThatThrownBy(() -> kafka.createTopic("no/such name", 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no/such name");
    }
  }

  @Test
  void aFolderOrAPortInUseIsRefusedWithAdvice() throws Exception {
    Path data = folder.resolve("kafka");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
      int port = Integer.parseInt(kafka.bootstrapServers().split(":", -1)[1]);
      assertThatThrownBy(() -> EmbeddedKafka.start(data, 0, AfterClose.DELETE_DATA))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(data.toRealPath().toString());
      assertThatThrownBy(() -> EmbeddedKafka.start(folder.resolve("other"), port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(kafka.bootstrapServers())
          .hasMessageContaining("Address already in use");

      kafka.createTopic(TOPIC, 1);
      produce(kafka, TOPIC, new byte[1]);
      assertThat(consume(kafka, 1)).hasSize(1);
    }
  }

  @Test
  void theDataGoesWithTheBrokerWhenAsked() throws Exception {
    Path data = folder.resolve("kafka");
    EmbeddedKafka.start(data, 0, AfterClose.DELETE_DATA).close();
    assertThat(data).doesNotExist();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itListensOnLoopbackOnly() throws Exception {
    long self = ProcessHandle.current().pid();
    List<String> before = ListeningSockets.addresses(self);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
      assertThat(ListeningSockets.addresses(self))
          .hasSize(before.size() + 2)
          .allMatch(ListeningSockets::isLoopback);
    }
  }

  private static void produce(EmbeddedKafka kafka, String topic, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            EmbeddedKafka.MAX_MESSAGE_BYTES,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            5_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Reads from the beginning until that many records are there. */
  private static List<byte[]> consume(EmbeddedKafka kafka, int count) {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (values.size() < count) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
