package io.vigie.job;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.release.Releases;
import io.vigie.release.ReleasesHandle;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one partition of a log source: behind its latest event by the source's lateness, and
 * no event moves it past the time at which it arrived. While the partition is silent its clock goes
 * on from there as the clock on the wall does; a partition that never spoke has none.
 */
final class EventTime implements WatermarkGenerator<Decoded> {
  /** A broker that has not answered for so long may hold back what it has. */
  private static final long CONTACT = Duration.ofSeconds(20).toMillis();

  /**
   * Flink asks several times a second. Who was not asked for so long was held up by what comes
   * after, and does not know what waits to be read.
   */
  static final long HELD_UP = Duration.ofSeconds(5).toMillis();

  private final long lateness;
  private final long idleTimeout;
  private final ReleasesHandle handle;
  private @Nullable Releases releases;

  private long latest = Long.MIN_VALUE;
  private long latestArrival;
  private long lastRecord = System.currentTimeMillis();
  private long lastTick = lastRecord;

  /** How long nobody could know whether the partition was silent. */
  private long unheard;

  private EventTime(long lateness, long idleTimeout, ReleasesHandle handle) {
    this.lateness = lateness;
    this.idleTimeout = idleTimeout;
    this.handle = handle;
  }

  /** The time that Flink knows of a record is that of its arrival. */
  static WatermarkStrategy<Decoded> of(LogSource source, ReleasesHandle handle) {
    long lateness = source.lateness().toMillis();
    long idleTimeout = source.idleTimeout().toMillis();
    return WatermarkStrategy.<Decoded>forGenerator(
            context -> new EventTime(lateness, idleTimeout, handle))
        .withTimestampAssigner((decoded, arrival) -> arrival);
  }

  /** A record that is no event has no event time and moves no clock. */
  @Override
  public void onEvent(Decoded decoded, long arrival, WatermarkOutput output) {
    lastRecord = System.currentTimeMillis();
    if (decoded instanceof Event event) {
      long time = arrival > 0 ? Math.min(event.timestamp(), arrival) : event.timestamp();
      if (time >= latest) {
        latest = time;
        latestArrival = arrival > 0 ? arrival : lastRecord;
        unheard = 0;
      }
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    long now = System.currentTimeMillis();
    boolean heldUp = now - lastTick > HELD_UP;
    boolean contact = now - contact() < CONTACT;
    unheard += contact && !heldUp ? 0 : now - lastTick;
    lastTick = now;
    if (heldUp) {
      lastRecord = now;
    }
    boolean silent = now - lastRecord > idleTimeout;
    if (latest == Long.MIN_VALUE) {
      if (silent && contact) {
        output.markIdle();
      }
      return;
    }
    long passed = silent ? Math.max(0, now - latestArrival - unheard) : 0;
    output.emitWatermark(new Watermark(latest - lateness - 1 + passed));
  }

  private long contact() {
    Releases known = releases;
    if (known == null) {
      known = handle.open();
      releases = known;
    }
    return known.lastContact();
  }
}
