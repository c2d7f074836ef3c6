package io.vigie.alert;

import static io.vigie.alert.TestAlerts.episode;
import static io.vigie.alert.TestAlerts.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.AlertGate.Account;
import io.vigie.alert.AlertGate.Memory;
import io.vigie.alert.AlertGate.Told;
import io.vigie.alert.SystemAlert.Kind;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertGateTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final int LIMIT = 2;

  private final AlertGate gate = new AlertGate(LIMIT);
  private final Remembered memory = new Remembered();

  /** What a key remembers, in memory. */
  private static final class Remembered implements Memory {
    private final Map<String, Told> told = new HashMap<>();
    private @Nullable Account account;

    @Override
    public @Nullable Told told(String alertId) {
      return told.get(alertId);
    }

    @Override
    public void put(String alertId, Told form) {
      told.put(alertId, form);
    }

    @Override
    public @Nullable Account account() {
      return account;
    }

    @Override
    public void put(Account newAccount) {
      account = newAccount;
    }

    @Override
    public void clear() {
      told.clear();
      account = null;
    }
  }

  /** Alerts that come one after the other, and what is told of each: id and revision. */
  static Stream<Arguments> deliveries() {
    return Stream.of(
        Arguments.of("single events", List.of(single("a", 1), single("b", 2)), "a0 b0"),
        Arguments.of("a second delivery", List.of(single("a", 1), single("a", 1)), "a0 -"),
        Arguments.of("an update of a finding", List.of(single("a", 1), single("a", 1, 5)), "a0 a1"),
        Arguments.of(
            "updates that are told on from where they stand",
            List.of(single("a", 1), single("a", 1, 5), single("a", 1, 5), single("a", 1, 9)),
            "a0 a1 - a2"),
        Arguments.of(
            "an older form after a newer",
            List.of(single("a", 1, 5), single("a", 1), single("a", 1, 3), single("a", 1, 7)),
            "a1 - - a2"),
        Arguments.of(
            "an episode that goes on",
            List.of(episode("a", 1, 1, 0, "x"), episode("a", 1, 4, 1, "x", "y")),
            "a0 a1"),
        Arguments.of(
            "an episode that is told again with late evidence",
            List.of(episode("a", 1, 4, 0, "x"), episode("a", 1, 4, 1, "x", "y")),
            "a0 a1"),
        Arguments.of(
            "an episode decided a second time",
            List.of(
                episode("a", 1, 1, 0, "x"),
                episode("a", 1, 4, 1, "x", "y"),
                episode("a", 1, 1, 0, "x"),
                episode("a", 1, 4, 1, "x", "y")),
            "a0 a1 - -"),
        Arguments.of(
            "an episode that nothing is remembered of", List.of(episode("a", 1, 9, 7, "x")), "a7"),
        Arguments.of(
            "a first word that is confirmed",
            List.of(episode(Standing.PROVISIONAL, "a", 1, 1, 0), episode("a", 1, 1, 1)),
            "a0 a1"),
        Arguments.of(
            "a first word that comes after the last",
            List.of(episode("a", 1, 1, 1), episode(Standing.PROVISIONAL, "a", 1, 1, 0)),
            "a1 -"),
        Arguments.of(
            "a first word that is withdrawn",
            List.of(
                episode(Standing.PROVISIONAL, "a", 1, 1, 0),
                episode(Standing.WITHDRAWN, "a", 1, 1, 1)),
            "a0 a1"),
        Arguments.of(
            "one too many",
            List.of(single("a", 1), single("b", 2), single("c", 3)),
            "a0 b0 flood:1"),
        Arguments.of(
            "what passed before the flood goes on",
            List.of(
                episode("a", 1, 1, 0),
                single("b", 2),
                episode("c", 3, 3, 0),
                episode("a", 1, 8, 1),
                single("b", 2, 7)),
            "a0 b0 flood:1 a1 b1"),
        Arguments.of(
            "what is withdrawn in a flood",
            List.of(single("a", 1), single("b", 2), episode(Standing.WITHDRAWN, "c", 3, 3, 1)),
            "a0 b0 -"),
        Arguments.of(
            "what was withheld stays withheld",
            List.of(
                single("a", 1),
                single("b", 2),
                single("c", 3),
                single("c", 3, 9),
                single("c", 3),
                episode("d", 4, 4, 0),
                episode("d", 4, 9, 1)),
            "a0 b0 flood:1 - - - -"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deliveries")
  void tellsWhatIsNew(String what, List<Alert> alerts, String expected) {
    List<String> told = new ArrayList<>();
    for (Alert alert : alerts) {
      told.add(words(gate.add(memory, alert, 0)));
    }
    assertThat(String.join(" ", told)).isEqualTo(expected);
  }

  private static String words(List<Alert> told) {
    if (told.isEmpty()) {
      return "-";
    }
    assertThat(told).hasSize(1);
    Alert alert = told.get(0);
    return alert.rule().equals(Kind.ALERT_FLOOD.rule())
        ? "flood:" + alert.eventCount()
        : alert.id() + alert.revision();
  }

  @Test
  void updateCarriesItsOwnWords() {
    gate.add(memory, single("a", 1), 0);
    Alert told = gate.add(memory, single("a", 1, 9), 0).get(0);

    assertThat(told).usingRecursiveComparison().isEqualTo(single("a", 1, 9).revised(1));
    assertThat(told.evidence()).extracting(Evidence::timestamp).containsExactly(9L);
  }

  @Test
  void floodIsToldAtOnceThenOnceAMinuteAndInTheEndExactly() {
    List<String> told = new ArrayList<>();
    for (int second = 0; second < 150; second++) {
      wakeIfDue(second * 1000L, told);
      gate.add(memory, single("e" + second, second), second * 1000L)
          .forEach(alert -> told.add(second(alert)));
    }
    for (int second = 150; second < 400; second++) {
      wakeIfDue(second * 1000L, told);
    }

    assertThat(told).containsExactly("e0", "e1", "flood:1", "flood:60", "flood:120", "flood:148");
  }

  private void wakeIfDue(long now, List<String> told) {
    Account account = memory.account();
    if (account != null && account.wakeAt() <= now) {
      gate.tick(memory, now).forEach(alert -> told.add(second(alert)));
    }
  }

  private static String second(Alert alert) {
    return alert.rule().equals(Kind.ALERT_FLOOD.rule())
        ? "flood:" + alert.eventCount()
        : alert.id();
  }

  @Test
  void floodIsOneAlertWithAbsoluteCountsAndRisingRevisions() {
    List<Alert> told = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      told.addAll(gate.add(memory, episode("e" + i, 1000 - i, 2000 + i, 0, "x" + i), 0));
    }
    told.addAll(gate.tick(memory, MINUTE));

    List<Alert> floods = told.subList(LIMIT, told.size());
    assertThat(floods).extracting(Alert::id).hasSize(2).containsOnly(floods.get(0).id());
    assertThat(floods).extracting(Alert::revision).containsExactly(0, 1);
    assertThat(floods).extracting(Alert::eventCount).containsExactly(1, 3);
    Alert last = floods.get(1);
    assertThat(last.group()).containsExactly("rule");
    assertThat(last.firstSeen()).isEqualTo(996);
    assertThat(last.lastSeen()).isEqualTo(2004);
    assertThat(last.steps())
        .extracting(Alert.Step::target)
        .containsExactly("group of e4", "group of e3", "group of e2");
  }

  @Test
  void samplesAreFewAndUnlikeEachOther() {
    for (int i = 0; i < 40; i++) {
      gate.add(memory, episode("e" + i, i, i, 0, "x"), 0);
      gate.add(memory, episode("f" + i, i, i, 0, "x").revised(0), 0);
    }
    Alert told = gate.tick(memory, MINUTE).get(0);

    assertThat(told.eventCount()).isEqualTo(78);
    assertThat(told.steps()).hasSize(10).extracting(Alert.Step::target).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void countIsOfDistinctAlertsWhateverIsDeliveredTwice(long seed) {
    List<Alert> alerts = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      alerts.add(single("s" + i, i));
      alerts.add(single("s" + i, i, 20 + i));
      alerts.add(single("s" + i, i));
      alerts.add(episode("e" + i, i, i, 0));
    }
    Collections.shuffle(alerts, new Random(seed));
    alerts.forEach(alert -> gate.add(memory, alert, 0));

    assertThat(atEnd().eventCount()).isEqualTo(18 - LIMIT);
  }

  @Test
  void whatIsRememberedIsBoundedAndEpisodesStillCountOnce() {
    int many = 10 * LIMIT * AlertGate.IDS_PER_PASSED;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < many; i++) {
        Standing standing = round == 0 ? Standing.PROVISIONAL : Standing.SETTLED;
        gate.add(memory, episode(standing, "e" + i, i, i + round, round), 0);
      }
    }
    assertThat(memory.told).hasSize(LIMIT * AlertGate.IDS_PER_PASSED);
    assertThat(atEnd().eventCount()).isEqualTo(many - LIMIT);
  }

  @Test
  void nothingIsRememberedAnHourAfterTheAlertsHaveClosed() {
    gate.add(memory, single("a", 1), 0);
    gate.add(memory, episode("b", 1, 1, 0), 5 * MINUTE);
    gate.tick(memory, 2 * HOUR);
    assertThat(memory.account()).isNotNull();
    assertThat(gate.add(memory, single("a", 1), 2 * HOUR)).isEmpty();

    gate.tick(memory, 4 * HOUR + 10 * MINUTE);
    assertThat(memory.account()).isNull();
    assertThat(memory.told).isEmpty();
    assertThat(gate.tick(memory, 5 * HOUR)).isEmpty();
  }

  @Test
  void alertThatIsOpenForLongIsRememberedForLong() {
    Alert open = SystemAlert.of(Kind.SOURCE_SILENT, "s", 0, 1, "").alert();
    gate.add(memory, open, 0);
    gate.tick(memory, 30 * 24 * HOUR);

    assertThat(gate.add(memory, open, 30 * 24 * HOUR)).isEmpty();
  }

  @Test
  void whatIsStillUntoldWhenItIsForgottenIsTold() {
    for (int i = 0; i < 6; i++) {
      gate.add(memory, single("e" + i, i), 0);
    }
    assertThat(gate.tick(memory, 100 * HOUR)).extracting(Alert::eventCount).containsExactly(4);
    assertThat(memory.account()).isNull();
  }

  @Test
  void savedAndRestoredAfterEveryStepItTellsTheSame() {
    List<String> uninterrupted = timeline(memory, false);
    memory.clear();

    assertThat(timeline(memory, true)).isEqualTo(uninterrupted).hasSizeGreaterThan(5);
  }

  private List<String> timeline(Remembered start, boolean interrupted) {
    Remembered at = start;
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long now = i * 7000L;
      AlertGate one = new AlertGate(LIMIT);
      Alert alert = i % 3 == 0 ? episode("e" + i / 9, i / 9, i, i % 9 / 3) : single("s" + i, i % 5);
      one.tick(at, now).forEach(each -> told.add(whole(each)));
      one.add(at, alert, now).forEach(each -> told.add(whole(each)));
      if (interrupted) {
        Remembered copy = new Remembered();
        copy.told.putAll(at.told);
        copy.account = at.account;
        at = copy;
      }
    }
    gate.tick(at, Long.MAX_VALUE).forEach(each -> told.add(whole(each)));
    assertThat(at.account).isNull();
    return told;
  }

  private static String whole(Alert alert) {
    return alert.id() + alert.revision() + alert.eventCount() + alert.lastSeen() + alert.steps();
  }

  @Test
  void hoursAndRulesHaveLimitsOfTheirOwn() {
    assertThat(AlertGate.key(single("a", HOUR - 1))).isNotEqualTo(AlertGate.key(single("b", HOUR)));
    assertThat(AlertGate.key(single("a", -1))).isNotEqualTo(AlertGate.key(single("b", 0)));
    assertThat(AlertGate.key(single("a", HOUR)))
        .isEqualTo(AlertGate.key(single("b", HOUR, 5 * HOUR)))
        .isEqualTo(AlertGate.key(single("c", 2 * HOUR - 1)));
  }

  private Alert atEnd() {
    List<Alert> told = gate.tick(memory, Long.MAX_VALUE);
    assertThat(told).hasSize(1);
    return told.get(0);
  }
}
