package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import io.vigie.release.OneReleaseHandle;
import io.vigie.rules.RulePack;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaDecoderTest {
  private static final Instant ARRIVAL = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void anEventThatIsLaterThanItsArrivalIsRejected() {
    assertThat(decoded("2026-03-01T12:15:00Z", TimestampType.CREATE_TIME))
        .isInstanceOf(Event.class);
    assertThat(decoded("2026-03-01T12:15:01Z", TimestampType.CREATE_TIME))
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.reason()).isEqualTo(RejectReason.FUTURE_TIME);
              assertThat(reject.origin().position()).isEqualTo(42);
              assertThat(new String(reject.head(), StandardCharsets.UTF_8)).contains("eventTime");
            });
  }

  @Test
  void withoutAnArrivalTimeNothingIsFromTheFuture() {
    assertThat(decoded("2099-01-01T00:00:00Z", TimestampType.NO_TIMESTAMP_TYPE))
        .isInstanceOf(Event.class);
  }

  private static Decoded decoded(String eventTime, TimestampType type) {
    String json =
        "{\"eventTime\":\"%s\",\"eventName\":\"A\",\"eventSource\":\"b\",\"eventID\":\"c\"}"
            .formatted(eventTime);
    byte[] value = json.getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "aws.cloudtrail",
            0,
            42,
            ARRIVAL.toEpochMilli(),
            type,
            0,
            value.length,
            new byte[0],
            value,
            new RecordHeaders(),
            Optional.empty());
    KafkaDecoder decoder =
        new KafkaDecoder(
            new OneReleaseHandle(new RulePack(List.of(), LogSources.builtIn())), "aws.cloudtrail");
    decoder.open(null);
    List<Decoded> out = new ArrayList<>();
    decoder.deserialize(
        record,
        new Collector<>() {
          @Override
          public void collect(Decoded decoded) {
            out.add(decoded);
          }

          @Override
          public void close() {}
        });
    return out.get(0);
  }
}
