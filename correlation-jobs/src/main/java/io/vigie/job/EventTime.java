package io.vigie.job;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/** The clock of a log source: behind its latest event by the source's lateness. */
final class EventTime {
  private EventTime() {}

  static WatermarkStrategy<Decoded> of(LogSource source) {
    long lateness = source.lateness().toMillis();
    return WatermarkStrategy.<Decoded>forGenerator(context -> new Generator(lateness))
        .withTimestampAssigner((decoded, recordTime) -> timestamp(decoded, recordTime))
        .withIdleness(source.idleTimeout());
  }

  private static long timestamp(Decoded decoded, long recordTime) {
    return decoded instanceof Event event ? event.timestamp() : recordTime;
  }

  /** A record that is no event has no event time and moves no clock. */
  private static final class Generator implements WatermarkGenerator<Decoded> {
    private final long lateness;
    private long latest = Long.MIN_VALUE;

    private Generator(long lateness) {
      this.lateness = lateness;
    }

    @Override
    public void onEvent(Decoded decoded, long timestamp, WatermarkOutput output) {
      if (decoded instanceof Event event) {
        latest = Math.max(latest, event.timestamp());
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (latest != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(latest - lateness - 1));
      }
    }
  }
}
