package io.vigie.release;

import io.vigie.topic.TopicClients;
import io.vigie.topic.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic in which releases of the rules lie: {@link Part} by part in its first partition, for
 * ever, because numbers of releases are counted from its beginning. Reading leaves no trace: no
 * group, no committed offset. For one thread.
 */
public final class RulesTopic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RulesTopic.class);
  private static final Map<String, String> FOR_EVER =
      Map.of(
          TopicConfig.RETENTION_MS_CONFIG, "-1",
          TopicConfig.RETENTION_BYTES_CONFIG, "-1",
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);

  private final TopicClients clients;
  private final String topic;
  private final TopicReader reader;
  private final Parts parts = new Parts();

  /**
   * @param properties of Kafka's clients, at least {@code bootstrap.servers}; asked whenever a
   *     client is made, so that secrets may change
   */
  public RulesTopic(Supplier<Map<String, String>> properties, String topic) {
    this.clients = new TopicClients(properties);
    this.topic = topic;
    this.reader = new TopicReader(clients, List.of(topic), true);
  }

  /**
   * Reads on from where the last call ended to what is the topic's end now. A topic that is not
   * there is an empty one.
   *
   * @param heard is called whenever Kafka has answered
   * @throws KafkaException when Kafka does not answer, or the topic is not what it was. The next
   *     call goes on from where this one got to
   */
  public void read(Consumer<Said> out, Runnable heard) {
    try {
      reader.read(record -> take(record, out), heard);
    } catch (TopicReader.Lost e) {
      throw new KafkaException(
          e.isDeleted()
              ? "the topic %s has become shorter: it was deleted, and with it the releases that the job knows by number; restart the job without its state"
                  .formatted(topic)
              : "the topic %s has lost its first records, and nobody can count its releases any more: let topics.rules name a new topic with unlimited retention, and publish the rules there"
                  .formatted(topic));
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Consumer<Said> out) {
    Optional<Part> part = record.value() == null ? Optional.empty() : Part.read(record.value());
    if (part.isEmpty()) {
      LOG.warn("the record at offset {} of {} is no part of a release", record.offset(), topic);
    }
    part.flatMap(parts::add).ifPresent(out);
  }

  /**
   * Makes the topic where it is missing: one partition, kept for ever.
   *
   * @return whether it was missing
   * @throws KafkaException when Kafka does not allow it
   */
  public boolean create() {
    return clients.create(topic, FOR_EVER);
  }

  /** What would make the topic forget releases; empty where nothing does, or nobody may look. */
  public Optional<String> forgets() {
    List<String> limits = clients.otherSettings(topic, FOR_EVER);
    return limits.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", limits));
  }

  /**
   * Sends a publication, and returns when Kafka has it for good.
   *
   * @return by which it is recognised when it is read
   * @throws IllegalArgumentException where it is {@link Publication#unfit}
   * @throws KafkaException when Kafka does not take it; what it took is no release
   */
  public UUID publish(Publication publication) {
    UUID id = UUID.randomUUID();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
      for (Part part : Part.split(id, publication.pack())) {
        sent.add(producer.send(new ProducerRecord<>(topic, 0, null, part.bytes())));
      }
      TopicClients.await(sent, "the release");
      return id;
    }
  }

  /** Lets go of the connection; whoever reads again makes a new one. */
  @Override
  public void close() {
    reader.close();
  }
}
