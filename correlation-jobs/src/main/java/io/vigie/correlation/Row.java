package io.vigie.correlation;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a generated statement sees of a match.
 *
 * @param position the match's place in an order, else its step
 * @param value that counts; null where there is none
 * @param number the value as a number; null where it is none
 * @param closing whether it is the last of its group and time that can satisfy the rule
 */
record Row(
    Match match,
    int position,
    @Nullable String value,
    @Nullable BigDecimal number,
    boolean closing) {

  Row closed() {
    return new Row(match, position, value, number, true);
  }
}
