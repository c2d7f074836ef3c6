package io.vigie.job;

import static io.vigie.alert.TestAlerts.episode;
import static io.vigie.alert.TestAlerts.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertGate;
import io.vigie.alert.SystemAlert.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertGateFunctionTest {
  private static final int LIMIT = 2;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  /**
   * Six alerts of one hour, an update, a second delivery; and the clock on the wall, as it goes.
   */
  private static final List<Object> INPUT =
      List.of(
          single("a", 1000),
          episode("b", 2000, 2000, 0, "x"),
          10_000L,
          single("a", 1000, 5000),
          single("c", 3000),
          episode("d", 3000, 3000, 0, "y"),
          40_000L,
          single("c", 3000),
          episode("e", 4000, 4000, 0, "z"),
          single("other hour", 1000 + HOUR),
          MINUTE + 10_000L,
          episode("b", 2000, 9000, 1, "x", "y"),
          single("f", 1000),
          3 * MINUTE,
          4 * HOUR);

  private KeyedOneInputStreamOperatorTestHarness<String, Alert, Alert> harness;
  private final List<Alert> told = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Alert, Alert> harness()
      throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new AlertGateFunction(LIMIT)), AlertGate::key, Types.STRING);
    Configuration withoutKryo = new Configuration();
    withoutKryo.set(PipelineOptions.GENERIC_TYPES, false);
    harness.getExecutionConfig().configure(withoutKryo, AlertGate.class.getClassLoader());
    return harness;
  }

  @Test
  void tellsAlertsAtOnceAndTheFloodByTheClock() throws Exception {
    for (Object each : INPUT) {
      feed(each);
    }
    assertThat(tell())
        .extracting(AlertGateFunctionTest::words)
        .containsExactly(
            "a 0", "b 0", "a 1", "flood of 1", "other hour 0", "flood of 3", "b 1", "flood of 4");
    assertNothingIsKept();
  }

  @Test
  void restartAfterEveryElementChangesNothing() throws Exception {
    for (Object each : INPUT) {
      feed(each);
    }
    List<Alert> uninterrupted = tell();
    close();
    open();
    for (Object each : INPUT) {
      feed(each);
      restart(harness.snapshot(1, 1));
    }

    assertThat(tell()).usingRecursiveComparison().isEqualTo(uninterrupted);
    assertNothingIsKept();
  }

  @Test
  void whatIsToldAgainAfterACrashIsTheSame() throws Exception {
    feed(single("a", 1000));
    feed(episode("b", 2000, 2000, 0, "x"));
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    tell();
    List<Object> after =
        List.of(single("c", 1), episode("b", 2000, 4000, 1, "x", "y"), single("a", 1000, 9000));
    for (Object each : after) {
      feed(each);
    }
    List<Alert> beforeTheCrash = tell();
    restart(checkpoint);
    for (Object each : after) {
      feed(each);
    }

    assertThat(beforeTheCrash).hasSize(3);
    assertThat(tell()).usingRecursiveComparison().isEqualTo(beforeTheCrash);
  }

  @Test
  void endOfTheStreamTellsTheExactCountAndKeepsNothing() throws Exception {
    for (int i = 0; i < 7; i++) {
      feed(single("e" + i, i));
    }
    tell();
    harness.processWatermark(Long.MAX_VALUE);

    assertThat(tell()).extracting(AlertGateFunctionTest::words).containsExactly("flood of 5");
    assertThat(harness.numKeyedStateEntries()).isZero();
  }

  @Test
  void ruleAndHourHaveAHandfulOfTimersHoweverManyAlertsCome() throws Exception {
    for (int i = 0; i < 3000; i++) {
      harness.setProcessingTime(i * 1000L);
      feed(single("e" + i, i));
    }
    assertThat(harness.numProcessingTimeTimers()).isLessThan(15);
  }

  private static String words(Alert alert) {
    return alert.rule().equals(Kind.ALERT_FLOOD.rule())
        ? "flood of " + alert.eventCount()
        : alert.id() + " " + alert.revision();
  }

  private void feed(Object each) throws Exception {
    if (each instanceof Alert alert) {
      harness.processElement(alert, alert.lastSeen());
    } else {
      harness.setProcessingTime((Long) each);
    }
  }

  private void restart(OperatorSubtaskState state) throws Exception {
    told.addAll(harness.extractOutputValues());
    long now = harness.getProcessingTime();
    harness.close();
    harness = harness();
    harness.initializeState(state);
    harness.setProcessingTime(now);
    harness.open();
  }

  /** What was told since the last call. */
  private List<Alert> tell() {
    List<Alert> all = new ArrayList<>(told);
    all.addAll(harness.extractOutputValues());
    told.clear();
    harness.getOutput().clear();
    return all;
  }

  private void assertNothingIsKept() {
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }
}
