package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceClocksTest {
  private static final String SOURCE = "aws.cloudtrail";

  private final SourceClocks clocks = new SourceClocks(2, Set.of(SOURCE, "other"), Map.of());

  private boolean tell(String from, long clock) {
    return clocks.take(new Progress(SOURCE, from, clock, 0, 1, "key"));
  }

  private Long clock() {
    return clocks.clocks().get(SOURCE);
  }

  @Test
  void sourceIsAwaitedUntilAllWhoReadItHaveToldOfIt() {
    assertThat(tell("a", Long.MAX_VALUE)).isFalse();
    assertThat(clock()).isEqualTo(Progress.BEGINNING);

    assertThat(tell("b", Progress.BEGINNING)).isFalse();
    assertThat(clock()).isEqualTo(Progress.BEGINNING);

    assertThat(tell("b", 7)).isTrue();
    assertThat(clock()).isEqualTo(7);
    assertThat(clocks.clocks()).containsEntry("other", Progress.BEGINNING);
  }

  @Test
  void whoSaysNothingIsNotAwaited() {
    tell("a", 7);
    assertThat(tell("b", Progress.NOT_AWAITED)).isTrue();
    assertThat(clock()).isEqualTo(7);
  }

  @Test
  void sourceThatSaysNothingAnywhereHasNoClockUntilItSpeaks() {
    tell("a", Progress.NOT_AWAITED);
    assertThat(tell("b", Progress.NOT_AWAITED)).isTrue();
    assertThat(clock()).isNull();

    assertThat(tell("b", Progress.BEGINNING)).isTrue();
    assertThat(clock()).isEqualTo(Progress.BEGINNING);
    assertThat(tell("b", 9)).isTrue();
    assertThat(clock()).isEqualTo(9);
  }

  @Test
  void clockNeverGoesBack() {
    tell("a", 7);
    tell("b", 9);
    assertThat(tell("a", Progress.NOT_AWAITED)).isTrue();
    assertThat(tell("a", 8)).isFalse();
    assertThat(clock()).isEqualTo(9);

    SourceClocks restored = new SourceClocks(1, Set.of(SOURCE), Map.of(SOURCE, 20L));
    restored.take(new Progress(SOURCE, "a", 10, 0, 1, "key"));
    restored.take(new Progress(SOURCE, "a", Progress.NOT_AWAITED, 0, 1, "key"));
    assertThat(restored.clocks()).containsExactly(Map.entry(SOURCE, 20L));
  }
}
