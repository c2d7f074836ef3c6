package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Match;
import io.vigie.ingest.Decoded;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * The path of an event, from decoded records to folded alerts, with one line for each operator. Its
 * uids name the state in checkpoints: an operator keeps its uid for ever.
 */
final class Pipeline {
  private final RulePack pack;
  private final boolean bounded;

  /**
   * Of one rule set.
   *
   * @param bounded whether Flink runs it as a batch and sorts by key and time
   */
  Pipeline(RulePack pack, boolean bounded) {
    this.pack = pack;
    this.bounded = bounded;
  }

  /**
   * What comes out.
   *
   * @param rejected records that are no events
   */
  record Result(DataStream<Alert> alerts, DataStream<Decoded> rejected) {}

  Result apply(DataStream<Decoded> decoded) {
    SingleOutputStreamOperator<Match> matches =
        decoded.process(new MatchFunction(pack)).returns(Match.class).name("match").uid("match");
    DataStream<Correlation> first = correlate(matches, 1);
    DataStream<Match> fromFirst = contribute(first, 1);
    DataStream<Correlation> second = correlate(matches.union(fromFirst), 2);
    DataStream<Match> fromSecond = contribute(second, 2);
    DataStream<Alert> lower =
        alerts(first.union(second), matches.getSideOutput(MatchFunction.ALERTING), "alerts");
    SingleOutputStreamOperator<Match> fromAlerts =
        lower
            .process(new MatchAlertFunction(pack))
            .returns(Match.class)
            .name("match alerts")
            .uid("match-alerts");
    DataStream<Correlation> third = correlate(matches.union(fromFirst, fromSecond, fromAlerts), 3);
    DataStream<Alert> upper =
        alerts(third, fromAlerts.getSideOutput(MatchFunction.ALERTING), "composite alerts");
    DataStream<Alert> folded =
        lower
            .union(upper)
            .keyBy(Alert::id)
            .process(new FoldFunction())
            .returns(Alert.class)
            .name("fold alerts")
            .uid("fold-alerts");
    return new Result(folded, matches.getSideOutput(MatchFunction.REJECTED));
  }

  private DataStream<Alert> alerts(
      DataStream<Correlation> correlations, DataStream<Match> alerting, String what) {
    return correlations
        .connect(alerting)
        .process(new BuildAlertFunction(pack))
        .returns(Alert.class)
        .name("build " + what)
        .uid("build-" + what.replace(' ', '-'));
  }

  private DataStream<Correlation> correlate(DataStream<Match> matches, int level) {
    OneInputStreamOperator<Match, Correlation> operator =
        bounded ? new SortedCorrelateOperator(pack, level) : new CorrelateOperator(pack, level);
    return matches
        .filter(new OfLevel(pack, level))
        .name("of level " + level)
        .uid("of-level-" + level)
        .keyBy(Match::key)
        .transform("correlate " + level, TypeInformation.of(Correlation.class), operator)
        .uid("correlate-" + level);
  }

  private DataStream<Match> contribute(DataStream<Correlation> correlations, int level) {
    return correlations
        .flatMap(new ContributeFunction(pack))
        .returns(Match.class)
        .name("contribute " + level)
        .uid("contribute-" + level);
  }

  /** Matches for correlations of one level. */
  private static final class OfLevel implements FilterFunction<Match> {
    private final RulePack pack;
    private final int level;
    private transient @Nullable RuleSet rules;

    private OfLevel(RulePack pack, int level) {
      this.pack = pack;
      this.level = level;
    }

    @Override
    public boolean filter(Match match) {
      if (rules == null) {
        rules = RuleSet.ofChecked(pack);
      }
      RuleSet.CorrelationPlan plan = rules.correlations().get(match.rule());
      return plan != null && plan.level() == level;
    }
  }
}
