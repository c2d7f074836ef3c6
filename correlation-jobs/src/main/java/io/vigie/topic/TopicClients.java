package io.vigie.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes clients of Kafka that give up after seconds, so that a person at a command line learns what
 * is wrong.
 *
 * @param properties of Kafka's clients, at least {@code bootstrap.servers}; asked whenever a client
 *     is made, so that secrets may change
 */
public record TopicClients(Supplier<Map<String, String>> properties) {
  private static final Logger LOG = LoggerFactory.getLogger(TopicClients.class);
  static final int PATIENCE_MS = 15_000;

  /** Where Kafka is, for messages. */
  String bootstrap() {
    return String.valueOf(properties.get().get("bootstrap.servers"));
  }

  /**
   * Leaves no trace: no group, no committed offset.
   *
   * @param reset what to do where an offset is lost: {@code none} or {@code earliest}
   */
  KafkaConsumer<byte[], byte[]> consumer(String reset) {
    Map<String, Object> all = patient();
    all.put("enable.auto.commit", "false");
    all.put("allow.auto.create.topics", "false");
    all.put("auto.offset.reset", reset);
    all.put("max.poll.records", "5000");
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What it sends, Kafka has for good when it says so. */
  public KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> all = new HashMap<>(properties.get());
    all.put("acks", "all");
    all.put("enable.idempotence", "true");
    all.put("max.block.ms", String.valueOf(PATIENCE_MS));
    all.put("delivery.timeout.ms", String.valueOf(2 * PATIENCE_MS));
    all.put("request.timeout.ms", String.valueOf(PATIENCE_MS));
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Admin admin() {
    return Admin.create(patient());
  }

  private Map<String, Object> patient() {
    Map<String, Object> all = new HashMap<>(properties.get());
    all.put("request.timeout.ms", String.valueOf(PATIENCE_MS));
    all.put("default.api.timeout.ms", String.valueOf(PATIENCE_MS));
    return all;
  }

  /**
   * Makes a topic of one partition where it is missing.
   *
   * @return whether it was missing
   * @throws KafkaException when Kafka does not allow it
   */
  public boolean create(String topic, Map<String, String> settings) {
    NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty());
    wanted.configs(settings);
    try (Admin admin = admin()) {
      if (admin.listTopics().names().get().contains(topic)) {
        return false;
      }
      admin.createTopics(List.of(wanted)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new KafkaException(
          "the topic %s cannot be made (%s); make it with one partition and %s"
              .formatted(topic, reason(e), text(settings)));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static String text(Map<String, String> settings) {
    return String.join(
        ", ",
        new TreeMap<>(settings)
            .entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList());
  }

  /**
   * Which settings of a topic are not as they must be.
   *
   * @return {@code NAME is VALUE and must be VALUE}; empty where all are, or nobody may look
   */
  public List<String> otherSettings(String topic, Map<String, String> settings) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      Config config =
          Objects.requireNonNull(
              admin.describeConfigs(List.of(resource)).all().get().get(resource));
      return new TreeMap<>(settings)
          .entrySet().stream()
              .filter(
                  setting -> {
                    ConfigEntry entry = config.get(setting.getKey());
                    return entry != null && !setting.getValue().equals(entry.value());
                  })
              .map(
                  setting ->
                      "%s is %s and must be %s"
                          .formatted(
                              setting.getKey(),
                              config.get(setting.getKey()).value(),
                              setting.getValue()))
              .toList();
    } catch (ExecutionException e) {
      LOG.debug("the settings of {} cannot be seen", topic, e);
      return List.of();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Waits until Kafka has all that was sent.
   *
   * @param what for the message, such as {@code the release}
   * @throws KafkaException when it does not take it
   */
  public static void await(List<? extends Future<?>> sent, String what) {
    try {
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka does not take " + what + ": " + reason(e));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static String reason(ExecutionException e) {
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaException("interrupted", e);
  }
}
