package io.vigie.correlation;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The percentiles that generated statements ask for. Public because Esper's code calls it. */
public final class Percentile {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private Percentile() {}

  /**
   * The smallest of the numbers that so many per cent of them do not exceed.
   *
   * @param numbers null where a match has no number; at least one is none
   * @param percentile 0 to 100; negative for the median, which of an even count of numbers is the
   *     mean of the two in the middle
   */
  public static BigDecimal of(@Nullable BigDecimal[] numbers, int percentile) {
    BigDecimal[] sorted =
        Arrays.stream(numbers).filter(Objects::nonNull).sorted().toArray(BigDecimal[]::new);
    int count = sorted.length;
    if (percentile < 0) {
      return sorted[(count - 1) / 2].add(sorted[count / 2]).divide(TWO);
    }
    int rank = (int) ((percentile * (long) count + 99) / 100);
    return sorted[Math.max(0, rank - 1)];
  }
}
