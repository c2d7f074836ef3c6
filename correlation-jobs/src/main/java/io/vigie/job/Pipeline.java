package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertGate;
import io.vigie.correlation.Input;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.LogSource;
import io.vigie.reference.ReferenceHandle;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * The path of an event, from decoded records to folded alerts, with one line for each operator. Its
 * uids name the state in checkpoints: an operator keeps its uid for ever.
 */
final class Pipeline {
  private final ReleasesHandle releases;
  private final ReferenceHandle reference;
  private final Set<String> read = new TreeSet<>();
  private final List<SingleOutputStreamOperator<Alert>> stages = new ArrayList<>();

  Pipeline(ReleasesHandle releases, ReferenceHandle reference) {
    this.releases = releases;
    this.reference = reference;
  }

  /**
   * What comes out.
   *
   * @param rejected records that are no events
   * @param rows of reference data that events gave: table, id and JSON
   */
  record Result(
      DataStream<Alert> alerts,
      DataStream<Decoded> rejected,
      DataStream<Tuple3<String, String, byte[]>> rows) {}

  /**
   * Adds what a log source sends.
   *
   * @param ends whether that ends some time
   */
  void add(LogSource source, DataStream<Decoded> decoded, boolean ends) {
    read.add(source.id());
    MatchOperator operator =
        ends
            ? MatchOperator.ending(releases, reference, source)
            : MatchOperator.unbounded(releases, reference, source);
    stages.add(match(decoded, source.id(), operator));
  }

  /** The alerts of all that was added. */
  Result run(EngineOptions options) {
    DataStream<Decoded> rejected = aside(MatchOperator.REJECTED);
    DataStream<Tuple3<String, String, byte[]>> rows = aside(MatchOperator.ROWS);
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      stages.add(correlate(level, new CorrelateOperator(releases, level, read, options)));
    }
    DataStream<Alert> alerts =
        union(stages)
            .keyBy(AlertGate::key)
            .process(new AlertGateFunction(options.alertsPerHour()))
            .returns(ValueType.ALERT)
            .name("gate alerts")
            .uid("gate-alerts");
    return new Result(alerts, rejected, rows);
  }

  /**
   * The alerts of events that end, of any sources. Flink runs it as a batch and sorts by key and
   * time.
   */
  Result runBounded(DataStream<Decoded> decoded) {
    stages.add(match(decoded, "all", MatchOperator.bounded(releases, reference)));
    DataStream<Decoded> rejected = aside(MatchOperator.REJECTED);
    DataStream<Tuple3<String, String, byte[]>> rows = aside(MatchOperator.ROWS);
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      stages.add(correlate(level, new SortedCorrelateOperator(releases, level)));
    }
    return new Result(union(stages), rejected, rows);
  }

  private static SingleOutputStreamOperator<Alert> match(
      DataStream<Decoded> decoded, String what, MatchOperator operator) {
    return decoded.transform("match " + what, ValueType.ALERT, operator).uid("match-" + what);
  }

  private SingleOutputStreamOperator<Alert> correlate(
      int level, OneInputStreamOperator<Input, Alert> operator) {
    return union(stages.stream().map(stage -> stage.getSideOutput(Stage.toLevel(level))).toList())
        .keyBy(Input::key)
        .transform("correlate " + level, ValueType.ALERT, operator)
        .uid("correlate-" + level);
  }

  private <T> DataStream<T> aside(OutputTag<T> tag) {
    return union(stages.stream().map(stage -> stage.getSideOutput(tag)).toList());
  }

  private static <T> DataStream<T> union(List<? extends DataStream<T>> streams) {
    DataStream<T> all = streams.get(0);
    for (DataStream<T> each : streams.subList(1, streams.size())) {
      all = all.union(each);
    }
    return all;
  }
}
