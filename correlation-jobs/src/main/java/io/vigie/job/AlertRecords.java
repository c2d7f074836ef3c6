package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertDocument;
import io.vigie.release.ReleasesHandle;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Alerts as records of the alerts topic: they are events too, and can be an input again. The key
 * keeps the revisions of one alert in order. Those of rules in shadow notify nobody.
 */
final class AlertRecords implements KafkaRecordSerializationSchema<Alert> {
  private final String topic;
  private final ReleasesHandle releases;
  private final TreeSet<String> shadow;
  private transient @Nullable AlertDocument documents;

  AlertRecords(String topic, ReleasesHandle releases, Set<String> shadow) {
    this.topic = topic;
    this.releases = releases;
    this.shadow = new TreeSet<>(shadow);
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sinkContext) {
    documents = new AlertDocument(releases.open(), shadow);
  }

  @Override
  public @Nullable ProducerRecord<byte[], byte[]> serialize(
      Alert alert, KafkaSinkContext context, @Nullable Long timestamp) {
    if (documents == null) {
      throw new IllegalStateException("not opened");
    }
    if (documents.isShadow(alert)) {
      return null;
    }
    return new ProducerRecord<>(
        topic,
        alert.id().getBytes(StandardCharsets.UTF_8),
        AlertDocument.bytes(documents.of(alert)));
  }
}
