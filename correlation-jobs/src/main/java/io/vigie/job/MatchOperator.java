package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.MatchRouter;
import io.vigie.correlation.Progress;
import io.vigie.enrichment.EventRows;
import io.vigie.enrichment.Reference;
import io.vigie.enrichment.table.AsOf;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Reject;
import io.vigie.reference.ReferenceHandle;
import io.vigie.reference.TableTopics;
import io.vigie.release.Release;
import io.vigie.release.ReleasesHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Events become matches, wherever they are read; rejects go out aside. An event that no rule wants
 * ends here. Each event is matched by the release of the rules that decides at its time.
 *
 * <p>The watermarks of its log source become word of progress, because Flink would join those of
 * all sources into one. While the source says nothing after a restart, its clock goes on from where
 * it stood as the clock on the wall does.
 */
final class MatchOperator extends Stage
    implements OneInputStreamOperator<Decoded, Alert>, BoundedOneInput {
  static final String EVENTS = "events";
  static final String MATCHES = "matches";
  static final String REJECTED_RECORDS = "rejected";
  static final OutputTag<Decoded> REJECTED = new OutputTag<>("rejected", ValueType.DECODED);

  /** Rows of reference data that events gave: table, id and JSON. */
  static final OutputTag<Tuple3<String, String, byte[]>> ROWS =
      new OutputTag<>(
          "rows", Types.TUPLE(Types.STRING, Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE)));

  private static final long TICK = 1000;

  private final ReferenceHandle referenceHandle;
  private final String source;
  private final long patience;
  private final LongCounter events = new LongCounter();
  private final LongCounter matches = new LongCounter();
  private final LongCounter rejected = new LongCounter();
  private final Map<String, Counter> rejects = new HashMap<>();

  private transient @Nullable Reference reference;
  private transient @Nullable TreeMap<Integer, Map<String, MatchRouter>> routers;
  private transient @Nullable Map<String, EventRows> eventRows;
  private transient @Nullable ListState<Tuple2<Long, Long>> state;
  private transient long clock;
  private transient boolean awaited;
  private transient long clockSince;
  private transient long heard;
  private transient int toldReleases;
  private transient long lastMark;
  private transient long lastTick;

  /** Of the events of several sources in a bounded run, which knows no progress. */
  static MatchOperator bounded(ReleasesHandle handle, ReferenceHandle reference) {
    return new MatchOperator(handle, reference, "", 0);
  }

  /** Of a source that goes on for ever. */
  static MatchOperator unbounded(
      ReleasesHandle handle, ReferenceHandle reference, LogSource source) {
    return new MatchOperator(handle, reference, source.id(), source.idleTimeout().toMillis());
  }

  /** Of a source that ends, and is waited for until then. */
  static MatchOperator ending(ReleasesHandle handle, ReferenceHandle reference, LogSource source) {
    return new MatchOperator(handle, reference, source.id(), Long.MAX_VALUE);
  }

  private MatchOperator(
      ReleasesHandle handle, ReferenceHandle reference, String source, long patience) {
    super(handle, 0);
    this.referenceHandle = reference;
    this.source = source;
    this.patience = patience;
  }

  /** The clock, and when it stood so; a new subtask goes on from the one that is least far. */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ListState<Tuple2<Long, Long>> restored =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("clock", Types.TUPLE(Types.LONG, Types.LONG)));
    state = restored;
    clock = Progress.BEGINNING;
    awaited = true;
    for (Tuple2<Long, Long> each : restored.get()) {
      if (clock == Progress.BEGINNING || each.f0 < clock) {
        clock = each.f0;
        clockSince = each.f1;
      }
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    routers = new TreeMap<>();
    eventRows = new HashMap<>();
    reference = referenceHandle.open();
    var metrics = getRuntimeContext().getMetricGroup();
    metrics.gauge("events", events::getLocalValue);
    metrics.gauge("matches", matches::getLocalValue);
    getRuntimeContext().addAccumulator(EVENTS, events);
    getRuntimeContext().addAccumulator(MATCHES, matches);
    getRuntimeContext().addAccumulator(REJECTED_RECORDS, rejected);
    if (!source.isEmpty()) {
      lastMark = getProcessingTimeService().getCurrentProcessingTime();
      lastTick = lastMark;
      tickLater();
    }
  }

  @Override
  public void processElement(StreamRecord<Decoded> element) {
    if (!source.isEmpty()) {
      heard = Math.max(heard, element.getTimestamp());
      if (releases().count() != toldReleases || !awaited) {
        awaited = true;
        tellProgress();
      }
    }
    if (element.getValue() instanceof Reject reject) {
      rejected.add(1);
      rejects.computeIfAbsent(reject.reason().name(), this::counter).inc();
      output.collect(REJECTED, new StreamRecord<>(reject));
      return;
    }
    Event event = (Event) element.getValue();
    events.add(1);
    long arrival = element.hasTimestamp() ? element.getTimestamp() : Long.MAX_VALUE;
    reference().tables().await(arrival);
    Release release = releases().at(event.timestamp());
    MatchRouter router = routers(release).get(event.source());
    giveRow(event, arrival);
    if (router == null) {
      return;
    }
    router.route(
        event,
        arrival,
        match -> {
          matches.add(1);
          findings(release).correlate(match, this);
        },
        match -> {
          matches.add(1);
          findings(release).alert(match, this);
        });
  }

  private Reference reference() {
    return Objects.requireNonNull(reference);
  }

  /** In a bounded run all rows that events give are known from its beginning. */
  private void giveRow(Event event, long arrival) {
    EventRows rows =
        source.isEmpty() ? null : Objects.requireNonNull(eventRows).get(event.source());
    if (rows != null && rows.mayGive(event)) {
      rows.of(event, new AsOf(event.timestamp(), arrival))
          .ifPresent(
              given ->
                  output.collect(
                      ROWS,
                      new StreamRecord<>(
                          Tuple3.of(
                              given.table().name(), given.row().id(), TableTopics.bytes(given)))));
    }
  }

  private Map<String, MatchRouter> routers(Release release) {
    TreeMap<Integer, Map<String, MatchRouter>> all = Objects.requireNonNull(routers);
    Map<String, MatchRouter> known = all.get(release.number());
    if (known != null) {
      return known;
    }
    Map<String, MatchRouter> opened = new HashMap<>();
    for (LogSource each : release.pack().sources().all()) {
      if (source.isEmpty() || source.equals(each.id())) {
        opened.put(each.id(), new MatchRouter(each, release.rules(), reference().enrichers()));
        EventRows.of(each, reference().enrichers())
            .ifPresent(rows -> Objects.requireNonNull(eventRows).put(each.id(), rows));
      }
    }
    all.put(release.number(), opened);
    while (all.size() > KEPT_RELEASES) {
      all.pollFirstEntry();
    }
    return opened;
  }

  private Counter counter(String reason) {
    return getRuntimeContext().getMetricGroup().addGroup("reason", reason).counter("rejected");
  }

  @Override
  public void episode(String key, Alert alert) {
    throw new IllegalStateException("an event alone is no episode");
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (!source.isEmpty()) {
      lastMark = getProcessingTimeService().getCurrentProcessingTime();
      moveTo(mark.getTimestamp());
    }
    super.processWatermark(mark);
  }

  /** Flink's last watermark does not reach a subtask that has read nothing. */
  @Override
  public void endInput() {
    if (!source.isEmpty()) {
      moveTo(Long.MAX_VALUE);
    }
  }

  private void moveTo(long time) {
    if (time > clock) {
      clock = time;
      awaited = true;
      clockSince = getProcessingTimeService().getCurrentProcessingTime();
      tellProgress();
    }
  }

  private void tellProgress() {
    toldReleases = releases().count();
    long told = awaited ? clock : Progress.NOT_AWAITED;
    tell(new Progress(source, source + "/" + sender(), told, heard, toldReleases, ""));
  }

  private void tickLater() {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    var unused = getProcessingTimeService().registerTimer(now + TICK, this::tick);
  }

  private void tick(long now) {
    if (now - lastTick > EventTime.HELD_UP) {
      lastMark = now;
      clockSince += now - lastTick;
    }
    lastTick = now;
    if (releases().count() != toldReleases) {
      tellProgress();
    }
    boolean silent = now - lastMark > patience;
    if (silent && clock == Progress.BEGINNING) {
      awaited = false;
      tellProgress();
    } else if (silent && clock != Long.MAX_VALUE) {
      moveTo(clock + now - clockSince);
    }
    tickLater();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (state != null) {
      state.clear();
      if (clock != Progress.BEGINNING) {
        state.add(Tuple2.of(clock, clockSince));
      }
    }
  }
}
