package io.vigie.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends raw records to the topics of their log sources. */
public final class KafkaFeed implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Connects when the first record is sent.
   *
   * @param properties of Kafka's producer, beyond what a feed needs anyway
   */
  public KafkaFeed(String bootstrap, Map<String, String> properties) {
    Properties all = new Properties();
    all.put("bootstrap.servers", bootstrap);
    all.put("acks", "all");
    all.put("linger.ms", "20");
    all.put("batch.size", "262144");
    all.put("compression.type", "lz4");
    all.put("max.request.size", String.valueOf(16 << 20));
    all.put("max.block.ms", "20000");
    all.putAll(properties);
    this.bootstrap = bootstrap;
    this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends the records of a file. A line that holds many events in an envelope becomes one record
   * for each of them; every other line goes as it is, events or not.
   *
   * @return how many records were sent
   * @throws IOException when the file cannot be read
   * @throws KafkaException when Kafka does not take them
   */
  public long send(LogSource source, String name, InputStream in) throws IOException {
    long sent = 0;
    try (RecordReader reader = new RecordReader(name, in, source, OptionalLong.empty())) {
      for (RawRecord record = reader.next(); record != null; record = reader.next()) {
        for (byte[] bytes : split(source, record)) {
          send(source.topic(), bytes);
          sent++;
        }
      }
    }
    producer.flush();
    throwFailure();
    return sent;
  }

  /** Sends one record as it is; a failure is told by the next call. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps the failure
  public void send(String topic, byte[] bytes) {
    throwFailure();
    producer.send(
        new ProducerRecord<>(topic, bytes),
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** Waits until Kafka has everything. */
  public void flush() {
    producer.flush();
    throwFailure();
  }

  private static List<byte[]> split(LogSource source, RawRecord record)
      throws JsonProcessingException {
    List<Decoded> parts = new ArrayList<>();
    source.decode(record, parts::add);
    boolean onlyEvents = parts.stream().allMatch(Event.class::isInstance);
    if (parts.size() < 2 || !onlyEvents) {
      return List.of(record.bytes());
    }
    List<byte[]> split = new ArrayList<>();
    for (Decoded part : parts) {
      split.add(JSON.writeValueAsBytes(((Event) part).payload()));
    }
    return split;
  }

  private void throwFailure() {
    Exception failed = failure.get();
    if (failed instanceof TimeoutException) {
      throw new KafkaException(
          "Kafka at "
              + bootstrap
              + " does not answer, or does not have the topic: start it, and create the topic with"
              + " kafka-topics.sh --create");
    }
    if (failed != null) {
      throw new KafkaException("Kafka does not take the records: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(20));
  }
}
