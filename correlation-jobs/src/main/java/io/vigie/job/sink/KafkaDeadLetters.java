package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Limits;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Dead letters in a Kafka topic: one ECS document each, with {@code event.kind: pipeline_error},
 * {@code error.code: ES_REJECTED}, and the id as the record's key. Of the refused document it holds
 * the first 4 KiB as text and the SHA-256 of the whole.
 */
public final class KafkaDeadLetters implements DeadLetters {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Clock clock;

  KafkaDeadLetters(Producer<byte[], byte[]> producer, String topic, Clock clock) {
    this.producer = producer;
    this.topic = topic;
    this.clock = clock;
  }

  /**
   * Opens a producer.
   *
   * @param properties of a Kafka producer, at least {@code bootstrap.servers}; acknowledgement by
   *     all replicas and serialisers are set here
   */
  public static KafkaDeadLetters connect(Map<String, String> properties, String topic) {
    Map<String, Object> settings = new HashMap<>(properties);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return new KafkaDeadLetters(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
        topic,
        Clock.systemUTC());
  }

  @Override
  public void accept(SinkDocument document, int status, String reason)
      throws IOException, InterruptedException {
    byte[] letter = JSON.writeValueAsBytes(describe(document, status, reason));
    try {
      producer.send(new ProducerRecord<>(topic, document.id().getBytes(UTF_8), letter)).get();
    } catch (ExecutionException | KafkaException e) {
      throw new IOException("Kafka did not take a dead letter for topic " + topic, e);
    }
  }

  private ObjectNode describe(SinkDocument document, int status, String reason) {
    byte[] bytes = document.create();
    ObjectNode letter = JSON.createObjectNode();
    letter.put("@timestamp", clock.instant().toString());
    letter
        .putObject("event")
        .put("kind", "pipeline_error")
        .put("module", "vigie")
        .put("dataset", "vigie.sink");
    letter.putObject("error").put("code", "ES_REJECTED").put("message", reason);
    ObjectNode vigie = letter.putObject("vigie");
    vigie
        .putObject("sink")
        .put("index", document.index())
        .put("id", document.id())
        .put("revision", document.revision())
        .put("status", status);
    vigie
        .putObject("reject")
        .put(
            "head",
            new String(bytes, 0, Math.min(bytes.length, Limits.DEAD_LETTER_HEAD_BYTES), UTF_8))
        .put("length", bytes.length)
        .put("sha256", sha256(bytes));
    return letter;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
