package io.vigie.enrichment.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  private static final int LONGEST = 100_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void linesAreWhatStandsBetweenLineFeedsHoweverTheyAreRead(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int length = random.nextInt(random.nextBoolean() ? 4 : 2 * LONGEST + 50_000);
      expected.add("x".repeat(length));
    }
    expected.add("x");
    String end = random.nextBoolean() ? "\n" : "";
    byte[] text = (String.join("\n", expected) + end).getBytes(StandardCharsets.UTF_8);

    Lines lines = new Lines(new ByteArrayInputStream(text), LONGEST);
    for (String line : expected) {
      assertThat(lines.next()).isTrue();
      assertThat(lines.isTooLong()).isEqualTo(line.length() > LONGEST);
      if (!lines.isTooLong()) {
        assertThat(new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8))
            .isEqualTo(line);
        assertThat(lines.isBlank()).isEqualTo(line.isEmpty());
      }
    }
    assertThat(lines.number()).isEqualTo(expected.size());
    assertThat(lines.next()).isFalse();
  }
}
