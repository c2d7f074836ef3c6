package io.vigie.job;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Decodes in the source itself, so that event time is known for each partition: partitions are read
 * at different speeds, and what one is behind is not lateness.
 */
final class KafkaDecoder implements KafkaRecordDeserializationSchema<Decoded> {
  /** More than clocks of servers that anybody cares for are apart. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

  private final RulePack pack;
  private final String sourceId;
  private transient @Nullable LogSource source;

  KafkaDecoder(RulePack pack, String sourceId) {
    this.pack = pack;
    this.sourceId = sourceId;
  }

  @Override
  public void open(InitializationContext context) {
    source = RuleMatcher.focused(pack, sourceId);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded> out) {
    if (source == null) {
      throw new IllegalStateException("not opened");
    }
    byte[] value = record.value() == null ? new byte[0] : record.value();
    Origin origin = new Origin(record.topic(), record.partition(), record.offset());
    OptionalLong arrival =
        arrivalIsKnown(record) ? OptionalLong.of(record.timestamp()) : OptionalLong.empty();
    source.decode(
        RawRecord.whole(origin, value, arrival),
        decoded -> out.collect(notFromTheFuture(decoded, record)));
  }

  /**
   * Kafka keeps the time at which a record came, so a replay decides the same. An event that is
   * later than that would drag the clock of its source, and all that follows would be late.
   */
  private static Decoded notFromTheFuture(Decoded decoded, ConsumerRecord<byte[], byte[]> record) {
    if (arrivalIsKnown(record)
        && decoded instanceof Event event
        && event.timestamp() - record.timestamp() > CLOCK_SKEW.toMillis()) {
      return Reject.of(
          event,
          RejectReason.FUTURE_TIME,
          "the event is "
              + Duration.ofMillis(event.timestamp() - record.timestamp()).toMinutes()
              + " minutes later than its arrival in Kafka");
    }
    return decoded;
  }

  private static boolean arrivalIsKnown(ConsumerRecord<byte[], byte[]> record) {
    return record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE;
  }

  @Override
  public TypeInformation<Decoded> getProducedType() {
    return DecodedType.INSTANCE;
  }
}
