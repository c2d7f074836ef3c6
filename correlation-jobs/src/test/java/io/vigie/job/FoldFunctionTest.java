package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vigie.alert.Alert;
import io.vigie.correlation.Evidence;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldFunctionTest {
  private static final long GAP = 100;

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
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new FoldFunction()), Alert::id, Types.STRING);
  }

  @Test
  void whatOneWatermarkDecidedIsToldOnce() throws Exception {
    add(episode("one", 1000, 1000, "e1", "e2"));
    add(episode("one", 1000, 1020, "e3"));
    add(episode("two", 1010, 1010, "e9"));
    assertThat(tell()).isEmpty();
    watermark(1030);

    assertThat(tell())
        .extracting(Alert::id, Alert::lastSeen, Alert::eventCount, Alert::eventIds, Alert::revision)
        .containsExactlyInAnyOrder(
            tuple("one", 1020L, 3, List.of("e1", "e2", "e3"), 0),
            tuple("two", 1010L, 1, List.of("e9"), 0));
  }

  @Test
  void laterRepeatsAreToldWithAbsoluteCountsAndFreshEvidence() throws Exception {
    add(episode("one", 1000, 1000, "e1", "e2"));
    watermark(1010);
    add(episode("one", 1000, 1050, "e2", "e3"));
    watermark(1060);

    assertThat(tell())
        .extracting(
            Alert::firstSeen,
            Alert::lastSeen,
            Alert::eventCount,
            Alert::revision,
            FoldFunctionTest::evidence)
        .containsExactly(
            tuple(1000L, 1000L, 2, 0, List.of("e1", "e2")),
            tuple(1000L, 1050L, 3, 1, List.of("e3")));
  }

  @Test
  void watermarkThatAddsNothingTellsNothing() throws Exception {
    add(episode("one", 1000, 1000, "e1"));
    watermark(1010);
    tell();
    watermark(1050);
    watermark(Long.MAX_VALUE);

    assertThat(tell()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void secondDeliveryIsNotTold(boolean single) throws Exception {
    Alert alert = single ? single("one", 1000) : episode("one", 1000, 1000, "e1");
    add(alert);
    watermark(1000);
    assertThat(tell()).hasSize(1);

    add(alert);
    watermark(1010);
    assertThat(tell()).isEmpty();
  }

  @Test
  void singleEventIsToldAtOnce() throws Exception {
    add(single("one", 1000));

    assertThat(tell()).extracting(Alert::id).containsExactly("one");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void updateOfAFindingReplacesWhatWasSaidBefore(boolean inOrder) throws Exception {
    Alert first = updated("one", 1000, 1000, "e1");
    Alert update = updated("one", 1000, 5000, "e1");
    add(inOrder ? first : update);
    List<Alert> before = tell();
    watermark(2000);
    add(inOrder ? update : first);
    List<Alert> after = tell();

    List<Alert> all = new ArrayList<>(before);
    all.addAll(after);
    Alert last = all.get(all.size() - 1);
    assertThat(all).hasSize(inOrder ? 2 : 1);
    assertThat(last)
        .extracting(Alert::firstSeen, Alert::lastSeen, Alert::eventCount, Alert::revision)
        .containsExactly(1000L, 5000L, 1, 1);
    assertThat(last.evidence()).extracting(Evidence::timestamp).containsExactly(5000L);
  }

  @Test
  void singleEventThatIsLongPastIsTold() throws Exception {
    watermark(1_000_000);
    add(single("one", 1000));

    assertThat(tell()).extracting(Alert::id).containsExactly("one");
    watermark(1_000_001);
    assertNothingIsKept();
  }

  @Test
  void nothingIsKeptWhenTheEpisodeIsOver() throws Exception {
    add(episode("one", 1000, 1000, "e1"));
    add(episode("one", 1000, 1050, "e2"));
    add(single("two", 1000));
    watermark(1149);
    assertThat(harness.numKeyedStateEntries()).isPositive();
    watermark(1150);

    assertNothingIsKept();
  }

  @Test
  void restartAfterEveryElementChangesNothing() throws Exception {
    List<Object> input =
        List.of(
            episode("one", 1000, 1000, "e1"),
            episode("one", 1000, 1030, "e2"),
            1010L,
            single("two", 1040),
            1040L,
            episode("one", 1000, 1080, "e3", "e1"),
            single("two", 1040),
            1200L,
            episode("three", 1250, 1250, "e5"),
            Long.MAX_VALUE);
    for (Object each : input) {
      feed(each);
    }
    List<Alert> uninterrupted = tell();
    close();
    open();
    for (Object each : input) {
      feed(each);
      restart(harness.snapshot(1, 1));
    }

    assertThat(tell()).usingRecursiveComparison().isEqualTo(uninterrupted);
    assertNothingIsKept();
  }

  @Test
  void whatIsToldAgainAfterACrashIsTheSame() throws Exception {
    add(episode("one", 1000, 1000, "e1"));
    watermark(1010);
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    tell();
    add(episode("one", 1000, 1050, "e2"));
    add(episode("one", 1000, 1060, "e3"));
    watermark(1070);
    List<Alert> beforeTheCrash = tell();

    restart(checkpoint);
    add(episode("one", 1000, 1050, "e2"));
    add(episode("one", 1000, 1060, "e3"));
    watermark(1070);

    assertThat(beforeTheCrash).hasSize(1);
    assertThat(tell()).usingRecursiveComparison().isEqualTo(beforeTheCrash);
  }

  private void feed(Object each) throws Exception {
    if (each instanceof Alert alert) {
      add(alert);
    } else {
      watermark((Long) each);
    }
  }

  private void add(Alert alert) throws Exception {
    harness.processElement(alert, alert.lastSeen());
  }

  private void watermark(long time) throws Exception {
    harness.processWatermark(time);
  }

  private void restart(OperatorSubtaskState state) throws Exception {
    told.addAll(harness.extractOutputValues());
    harness.close();
    harness = harness();
    harness.initializeState(state);
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
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  private static List<String> evidence(Alert alert) {
    return alert.evidence().stream().map(Evidence::eventId).toList();
  }

  private static Alert episode(String id, long first, long last, String... events) {
    return alert(id, first, last, false, last + GAP, events);
  }

  private static Alert single(String id, long at) {
    return alert(id, at, at, true, at + GAP, id);
  }

  private static Alert updated(String id, long first, long said, String event) {
    return alert(id, first, said, true, said + GAP, event);
  }

  private static Alert alert(
      String id, long first, long last, boolean single, long openUntil, String... events) {
    return new Alert(
        id,
        "rule",
        List.of("u"),
        first,
        last,
        single,
        openUntil,
        events.length,
        List.of(events),
        List.of(),
        List.of(),
        List.of(events).stream().map(event -> new Evidence("a", last, event, new byte[0])).toList(),
        single && last > first ? 1 : 0);
  }
}
