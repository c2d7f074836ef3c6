package io.vigie.job;

import io.vigie.enrichment.EventRows;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RuleMatcher;
import java.time.Duration;
import java.util.List;
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

  private final ReleasesHandle handle;
  private final String sourceId;
  private transient @Nullable Releases releases;
  private transient @Nullable LogSource source;
  private transient int focusedOn;

  KafkaDecoder(ReleasesHandle handle, String sourceId) {
    this.handle = handle;
    this.sourceId = sourceId;
  }

  @Override
  public void open(InitializationContext context) {
    releases = handle.open();
    focus(releases);
  }

  /** On what the newest rules look at; others find the rest of an event all the same. */
  private LogSource focus(Releases known) {
    focusedOn = known.count();
    List<Release> all = known.known();
    Release newest = all.get(all.size() - 1);
    LogSource wide = newest.pack().sources().byId(sourceId).orElseThrow();
    LogSource focused = new RuleMatcher(wide, newest.rules()).sourceFor(EventRows.reads(wide));
    source = focused;
    return focused;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded> out) {
    if (source == null || releases == null) {
      throw new IllegalStateException("not opened");
    }
    LogSource reader = releases.count() == focusedOn ? source : focus(releases);
    byte[] value = record.value() == null ? new byte[0] : record.value();
    Origin origin = new Origin(record.topic(), record.partition(), record.offset());
    OptionalLong arrival =
        arrivalIsKnown(record) ? OptionalLong.of(record.timestamp()) : OptionalLong.empty();
    reader.decode(
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
    return ValueType.DECODED;
  }
}
