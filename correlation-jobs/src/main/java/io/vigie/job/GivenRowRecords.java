package io.vigie.job;

import io.vigie.enrichment.Tables;
import io.vigie.reference.TableTopics;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Rows that events gave as records of the topics of their tables. */
final class GivenRowRecords
    implements KafkaRecordSerializationSchema<Tuple3<String, String, byte[]>> {
  private final String topics;

  /**
   * @param topics prefix of the topics of tables
   */
  GivenRowRecords(String topics) {
    this.topics = topics;
  }

  @Override
  public @Nullable ProducerRecord<byte[], byte[]> serialize(
      Tuple3<String, String, byte[]> row, KafkaSinkContext context, @Nullable Long timestamp) {
    return Tables.named(row.f0)
        .map(table -> new TableTopics(topics).given(table, row.f1, row.f2))
        .orElse(null);
  }
}
