package io.vigie.release;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
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
  private static final int PATIENCE_MS = 15_000;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final Supplier<Map<String, String>> properties;
  private final TopicPartition partition;
  private final Parts parts = new Parts();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private long position;

  /**
   * @param properties of Kafka's clients, at least {@code bootstrap.servers}; asked whenever a
   *     client is made, so that secrets may change
   */
  public RulesTopic(Supplier<Map<String, String>> properties, String topic) {
    this.properties = properties;
    this.partition = new TopicPartition(topic, 0);
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
      readOn(out, heard);
    } catch (OffsetOutOfRangeException e) {
      close();
      throw new KafkaException(
          "the topic %s has lost its first records, and nobody can count its releases any more: let topics.rules name a new topic with unlimited retention, and publish the rules there"
              .formatted(partition.topic()));
    } catch (TimeoutException e) {
      close();
      throw new KafkaException(
          "Kafka at " + properties.get().get("bootstrap.servers") + " does not answer");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void readOn(Consumer<Said> out, Runnable heard) {
    KafkaConsumer<byte[], byte[]> open = consumer == null ? connect() : consumer;
    List<PartitionInfo> infos = open.partitionsFor(partition.topic());
    boolean absent = infos == null || infos.isEmpty();
    long end = absent ? 0 : offset(open.endOffsets(List.of(partition)));
    heard.run();
    if (end < position) {
      throw new KafkaException(
          "the topic %s has become shorter: it was deleted, and with it the releases that the job knows by number; restart the job without its state"
              .formatted(partition.topic()));
    }
    while (position < end) {
      boolean moved = false;
      for (ConsumerRecord<byte[], byte[]> record :
          open.poll(Duration.ofMillis(PATIENCE_MS)).records(partition)) {
        take(record, out);
        moved = true;
      }
      moved |= open.position(partition) > position;
      position = open.position(partition);
      if (!moved) {
        throw new KafkaException(
            "Kafka does not give what the topic " + partition.topic() + " holds");
      }
      heard.run();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Consumer<Said> out) {
    // First, so that a record at which somebody stumbles is not taken twice.
    position = record.offset() + 1;
    Optional<Part> part = record.value() == null ? Optional.empty() : Part.read(record.value());
    if (part.isEmpty()) {
      LOG.warn("the record at offset {} of {} is no part of a release", record.offset(), partition);
    }
    part.flatMap(parts::add).ifPresent(out);
  }

  private KafkaConsumer<byte[], byte[]> connect() {
    Map<String, Object> all = new HashMap<>(properties.get());
    all.put("enable.auto.commit", "false");
    all.put("allow.auto.create.topics", "false");
    all.put("auto.offset.reset", "none");
    all.put("request.timeout.ms", String.valueOf(PATIENCE_MS));
    all.put("default.api.timeout.ms", String.valueOf(PATIENCE_MS));
    KafkaConsumer<byte[], byte[]> made =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer = made;
    made.assign(List.of(partition));
    made.seek(partition, position);
    return made;
  }

  private static long offset(Map<TopicPartition, Long> offsets) {
    return offsets.values().iterator().next();
  }

  /**
   * Makes the topic where it is missing: one partition, kept for ever.
   *
   * @return whether it was missing
   * @throws KafkaException when Kafka does not allow it
   */
  public boolean create() {
    NewTopic topic = new NewTopic(partition.topic(), Optional.of(1), Optional.empty());
    topic.configs(FOR_EVER);
    try (Admin admin = admin()) {
      if (admin.listTopics().names().get().contains(partition.topic())) {
        return false;
      }
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new KafkaException(
          "the topic %s cannot be made (%s); make it with one partition and retention.ms=-1"
              .formatted(partition.topic(), reason(e)));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What would make the topic forget releases; empty where nothing does, or nobody may look. */
  public Optional<String> forgets() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, partition.topic());
    try (Admin admin = admin()) {
      Config config =
          Objects.requireNonNull(
              admin.describeConfigs(List.of(resource)).all().get().get(resource));
      List<String> limits = new ArrayList<>();
      for (var setting : FOR_EVER.entrySet()) {
        ConfigEntry entry = config.get(setting.getKey());
        if (entry != null && !setting.getValue().equals(entry.value())) {
          limits.add(
              "%s is %s and must be %s".formatted(entry.name(), entry.value(), setting.getValue()));
        }
      }
      return limits.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", limits));
    } catch (ExecutionException e) {
      LOG.debug("the settings of {} cannot be seen", partition.topic(), e);
      return Optional.empty();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Admin admin() {
    Map<String, Object> all = new HashMap<>(properties.get());
    all.put("request.timeout.ms", String.valueOf(PATIENCE_MS));
    all.put("default.api.timeout.ms", String.valueOf(PATIENCE_MS));
    return Admin.create(all);
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
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (Part part : Part.split(id, publication.pack())) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    partition.topic(), partition.partition(), null, part.bytes())));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      return id;
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka does not take the release: " + reason(e));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> all = new HashMap<>(properties.get());
    all.put("acks", "all");
    all.put("enable.idempotence", "true");
    all.put("max.block.ms", String.valueOf(PATIENCE_MS));
    all.put("delivery.timeout.ms", String.valueOf(2 * PATIENCE_MS));
    all.put("request.timeout.ms", String.valueOf(PATIENCE_MS));
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static String reason(ExecutionException e) {
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaException("interrupted", e);
  }

  /** Lets go of the connection; whoever reads again makes a new one. */
  @Override
  public void close() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    consumer = null;
    if (open != null) {
      open.close(CloseOptions.timeout(CLOSE_PATIENCE));
    }
  }
}
