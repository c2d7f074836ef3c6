package io.vigie.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceWatchTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long MINUTE = 60_000;

  private final SourceWatch watch = new SourceWatch(Map.of("okta.system", Duration.ofMinutes(30)));

  @Test
  void sourceThatIsSilentLongerThanItMayIsToldOnceAndWhenItSpeaksAgain() {
    List<Alert> told = new ArrayList<>();
    for (int minute = 0; minute < 120; minute++) {
      long heard = minute < 70 ? NOW : NOW + 70 * MINUTE;
      told.addAll(watch.look(source -> heard, NOW + minute * MINUTE, 3));
    }

    assertThat(told)
        .extracting(Alert::rule, Alert::group, Alert::release, Alert::revision)
        .containsExactly(
            tuple("vigie.system.source-silent", List.of("okta.system"), 3, 0),
            tuple("vigie.system.source-silent", List.of("okta.system"), 3, 1),
            tuple("vigie.system.source-silent", List.of("okta.system"), 3, 0));
    assertThat(told.get(0).id()).isEqualTo(told.get(1).id()).isNotEqualTo(told.get(2).id());
    assertThat(told.get(0).firstSeen()).isEqualTo(NOW);
  }

  @Test
  void backlogThatIsStillReadIsNoSilence() {
    List<Alert> told = new ArrayList<>();
    for (int second = 0; second < 300; second++) {
      long heard = NOW - 7200_000L + second * 1000L;
      told.addAll(watch.look(source -> heard, NOW + second * 1000L, 0));
    }

    assertThat(told).isEmpty();
  }

  @Test
  void sourceThatWasNeverHeardIsSilentFromTheStart() {
    watch.look(source -> 0, NOW, 0);

    assertThat(watch.look(source -> 0, NOW + 29 * MINUTE, 0)).isEmpty();
    assertThat(watch.look(source -> 0, NOW + 31 * MINUTE, 0))
        .extracting(Alert::firstSeen)
        .containsExactly(NOW);
  }

  @Test
  void sourceThatNobodyNamedMayBeSilent() {
    SourceWatch nobody = new SourceWatch(Map.of());

    assertThat(nobody.look(source -> 0, NOW, 0)).isEmpty();
    assertThat(nobody.look(source -> 0, NOW + 10_000 * MINUTE, 0)).isEmpty();
  }
}
