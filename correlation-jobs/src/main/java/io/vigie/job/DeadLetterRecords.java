package io.vigie.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.alert.AlertDocument;
import io.vigie.ingest.DeadLetter;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Reject;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Rejects as records of the dead-letter topic. */
final class DeadLetterRecords implements KafkaRecordSerializationSchema<Decoded> {
  private final String topic;

  DeadLetterRecords(String topic) {
    this.topic = topic;
  }

  @Override
  public @Nullable ProducerRecord<byte[], byte[]> serialize(
      Decoded decoded, KafkaSinkContext context, @Nullable Long timestamp) {
    if (!(decoded instanceof Reject reject)) {
      return null;
    }
    ObjectNode document = DeadLetter.toEcs(reject);
    document.put("@timestamp", AlertDocument.time(System.currentTimeMillis()));
    return new ProducerRecord<>(topic, AlertDocument.bytes(document));
  }
}
