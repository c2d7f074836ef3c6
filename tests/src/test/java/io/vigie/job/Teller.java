package io.vigie.job;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.rules.RulePack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Says records in their order; its subtasks take turns. It has no state: what was said before a
 * savepoint is not given to it again.
 */
@SuppressWarnings(
    "deprecation") // other sources have state of their own, which would lie in savepoints
final class Teller extends RichParallelSourceFunction<Decoded> {
  private static final long LATENESS = 600_000;

  /** One for each subtask of a source that has said everything. */
  static final Semaphore SAID = new Semaphore(0);

  private static final String SOURCE = "aws.cloudtrail";
  private final RulePack rules;
  private final ArrayList<String> records;
  private final boolean ends;
  private volatile boolean running = true;

  Teller(RulePack rules, List<String> records, boolean ends) {
    this.rules = rules;
    this.records = new ArrayList<>(records);
    this.ends = ends;
  }

  @Override
  public void run(SourceContext<Decoded> out) throws InterruptedException {
    LogSource source = rules.sources().byId(SOURCE).orElseThrow();
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    int mine = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    for (int i = 0; i < records.size(); i++) {
      long time = say(source, i, i % subtasks == mine, out);
      synchronized (out.getCheckpointLock()) {
        out.emitWatermark(new Watermark(time - LATENESS));
      }
    }
    SAID.release();
    while (running && !ends) {
      Thread.sleep(10);
    }
  }

  private long say(LogSource source, int i, boolean mine, SourceContext<Decoded> out) {
    List<Event> events = new ArrayList<>();
    RawRecord record =
        RawRecord.whole(
            new Origin(SOURCE, 0, i),
            records.get(i).getBytes(StandardCharsets.UTF_8),
            OptionalLong.empty());
    source.decode(record, decoded -> events.add((Event) decoded));
    Event event = events.get(0);
    if (mine) {
      synchronized (out.getCheckpointLock()) {
        out.collectWithTimestamp(event, event.timestamp());
      }
    }
    return event.timestamp();
  }

  @Override
  public void cancel() {
    running = false;
  }
}
