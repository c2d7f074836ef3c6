package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.Findings;
import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Progress;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RuleSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * A stage on the path of an event: alerts go on from it to where alerts are written, matches to the
 * correlations of each higher level, and after the matches word of how far it has come.
 */
abstract class Stage extends AbstractStreamOperator<Alert> implements Findings.Out {
  private static final List<OutputTag<Input>> TO_LEVEL =
      List.of(tag(1), tag(2), tag(RuleSet.MAX_LEVEL));

  /** Releases that follow each other while events of both are still on their way. */
  static final int KEPT_RELEASES = 3;

  private final ReleasesHandle handle;
  private final int level;
  private transient @Nullable Releases releases;
  private transient @Nullable Routes routes;
  private transient @Nullable Map<Integer, Findings> findings;

  /**
   * @param level of its correlations; 0 where events are matched
   */
  Stage(ReleasesHandle handle, int level) {
    this.handle = handle;
    this.level = level;
  }

  private static OutputTag<Input> tag(int level) {
    return new OutputTag<>("to level " + level, ValueType.INPUT);
  }

  /** What goes to the correlations of a level. */
  static OutputTag<Input> toLevel(int level) {
    return TO_LEVEL.get(level - 1);
  }

  @Override
  public void open() throws Exception {
    super.open();
    routes = new Routes(getRuntimeContext().getTaskInfo());
    findings = new HashMap<>();
  }

  /** The releases; the first call waits until all that were said are known. */
  final Releases releases() {
    Releases opened = releases;
    if (opened == null) {
      opened = handle.open();
      releases = opened;
    }
    return opened;
  }

  final Findings findings(Release release) {
    Map<Integer, Findings> all = Objects.requireNonNull(findings);
    all.keySet().removeIf(number -> number <= release.number() - KEPT_RELEASES);
    return all.computeIfAbsent(release.number(), number -> new Findings(release));
  }

  /** Who tells of progress. */
  final String sender() {
    return "level " + level + "/" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
  }

  /** Tells the correlations of every higher level. */
  final void tell(Progress progress) {
    for (int higher = level + 1; higher <= RuleSet.MAX_LEVEL; higher++) {
      OutputTag<Input> tag = toLevel(higher);
      Objects.requireNonNull(routes)
          .toAll(progress, each -> output.collect(tag, new StreamRecord<>(each)));
    }
  }

  @Override
  public final void match(int toLevel, Match match) {
    output.collect(toLevel(toLevel), new StreamRecord<>(match, match.timestamp()));
  }

  @Override
  public final void alert(Alert alert) {
    output.collect(new StreamRecord<>(alert, alert.firstSeen()));
  }
}
