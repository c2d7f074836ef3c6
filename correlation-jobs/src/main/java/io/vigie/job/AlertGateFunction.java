package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertGate;
import io.vigie.alert.AlertGate.Account;
import io.vigie.alert.AlertGate.Told;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Runs an {@link AlertGate} on alerts that are keyed by {@link AlertGate#key}. */
final class AlertGateFunction extends KeyedProcessFunction<String, Alert, Alert> {
  private final int perHour;
  private transient @Nullable AlertGate gate;
  private transient @Nullable State state;

  /**
   * @param perHour as in {@link AlertGate}
   */
  AlertGateFunction(int perHour) {
    this.perHour = perHour;
  }

  @Override
  public void open(OpenContext context) {
    gate = new AlertGate(perHour);
    state =
        new State(
            getRuntimeContext()
                .getMapState(
                    new MapStateDescriptor<>("told", Types.STRING, TypeInformation.of(Told.class))),
            getRuntimeContext()
                .getState(
                    new ValueStateDescriptor<>("account", TypeInformation.of(Account.class))));
  }

  @Override
  public void processElement(Alert alert, Context context, Collector<Alert> out) {
    TimerService timers = context.timerService();
    State memory = Objects.requireNonNull(state);
    List<Alert> told =
        Objects.requireNonNull(gate).add(memory, alert, timers.currentProcessingTime());
    told.forEach(out::collect);
    wakeLater(memory, timers);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Alert> out) {
    TimerService timers = context.timerService();
    State memory = Objects.requireNonNull(state);
    boolean atEnd = time == Long.MAX_VALUE;
    Objects.requireNonNull(gate)
        .tick(memory, atEnd ? time : timers.currentProcessingTime())
        .forEach(out::collect);
    wakeLater(memory, timers);
  }

  /** What was withheld is also told when the stream ends before its time has come. */
  private static void wakeLater(State memory, TimerService timers) {
    Account account = memory.account();
    if (account == null) {
      timers.deleteEventTimeTimer(Long.MAX_VALUE);
      return;
    }
    timers.registerProcessingTimeTimer(account.wakeAt());
    if (account.flood() != null) {
      timers.registerEventTimeTimer(Long.MAX_VALUE);
    }
  }

  private record State(MapState<String, Told> ids, ValueState<Account> accounts)
      implements AlertGate.Memory {

    @Override
    public @Nullable Told told(String alertId) {
      return of(() -> ids.get(alertId));
    }

    @Override
    public void put(String alertId, Told told) {
      of(
          () -> {
            ids.put(alertId, told);
            return told;
          });
    }

    @Override
    public @Nullable Account account() {
      return of(accounts::value);
    }

    @Override
    public void put(Account account) {
      of(
          () -> {
            accounts.update(account);
            return account;
          });
    }

    @Override
    public void clear() {
      ids.clear();
      accounts.clear();
    }

    private static <T> T of(Access<T> access) {
      try {
        return access.get();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("the state of the alert gate cannot be used", e);
      }
    }

    private interface Access<T> {
      T get() throws Exception;
    }
  }
}
