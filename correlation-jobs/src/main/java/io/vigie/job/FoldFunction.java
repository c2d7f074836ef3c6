package io.vigie.job;

import io.vigie.alert.Alert;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Repeats of one episode fold into one alert. An alert of a single event goes out at once, and
 * again when the event, a finding, is said again in newer words; an episode when the watermark has
 * passed what was added, so once however much one watermark decided.
 */
final class FoldFunction extends KeyedProcessFunction<String, Alert, Alert> {
  private transient @Nullable ValueState<Alert> folded;
  private transient @Nullable ValueState<Long> toldUpTo;

  @Override
  public void open(OpenContext context) {
    folded =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("alert", TypeInformation.of(Alert.class)));
    toldUpTo = getRuntimeContext().getState(new ValueStateDescriptor<>("told", Types.LONG));
  }

  @Override
  public void processElement(Alert alert, Context context, Collector<Alert> out) throws Exception {
    ValueState<Alert> state = Objects.requireNonNull(folded);
    Alert before = state.value();
    if (before != null && alert.lastSeen() <= before.lastSeen()) {
      return;
    }
    state.update(
        before == null ? alert : alert.single() ? alert.after(before) : before.fold(alert));
    if (alert.single()) {
      tell(out);
    } else {
      context.timerService().registerEventTimeTimer(alert.lastSeen());
    }
    context.timerService().registerEventTimeTimer(alert.openUntil());
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Alert> out) throws Exception {
    tell(out);
    Alert alert = Objects.requireNonNull(folded).value();
    if (alert != null && time >= alert.openUntil()) {
      Objects.requireNonNull(folded).clear();
      Objects.requireNonNull(toldUpTo).clear();
    }
  }

  private void tell(Collector<Alert> out) throws Exception {
    Alert alert = Objects.requireNonNull(folded).value();
    Long told = Objects.requireNonNull(toldUpTo).value();
    if (alert != null && (told == null || told < alert.lastSeen())) {
      out.collect(alert);
      Objects.requireNonNull(folded).update(alert.told());
      Objects.requireNonNull(toldUpTo).update(alert.lastSeen());
    }
  }
}
