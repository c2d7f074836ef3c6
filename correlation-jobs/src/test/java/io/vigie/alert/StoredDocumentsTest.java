package io.vigie.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.Standing;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StoredDocumentsTest {
  private static final long NOON = 1_772_366_400_000L;

  @Test
  void whatSaysMoreHasTheLargerRevision() {
    LongStream revisions =
        LongStream.of(
            revision(NOON, Standing.PROVISIONAL, 9, 0),
            revision(NOON, Standing.WITHDRAWN, 0, 0),
            revision(NOON, Standing.SETTLED, 5, 0),
            revision(NOON, Standing.SETTLED, 5, 1),
            revision(NOON, Standing.SETTLED, 1_000_000, 0),
            revision(NOON + 1, Standing.PROVISIONAL, 1, 0),
            revision(NOON + 1, Standing.SETTLED, 1, 0));

    assertThat(revisions.toArray()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void howOftenAnAlertWasToldMakesNoDifference() {
    Alert alert = alert(NOON, Standing.SETTLED, 5, 0);

    assertThat(StoredDocuments.revision(alert.revised(7)))
        .isEqualTo(StoredDocuments.revision(alert));
  }

  private static long revision(long lastSeen, Standing standing, int events, int late) {
    return StoredDocuments.revision(alert(lastSeen, standing, events, late));
  }

  private static Alert alert(long lastSeen, Standing standing, int events, int late) {
    return new Alert(
        "id", "rule", List.of(), NOON, lastSeen, false, lastSeen, events, List.of(), List.of(),
        List.of(), List.of(), late, standing, 1, 0);
  }
}
