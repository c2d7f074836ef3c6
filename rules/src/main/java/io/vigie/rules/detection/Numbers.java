package io.vigie.rules.detection;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers in events, where a text that is a number counts as one. */
public final class Numbers {
  private static final int MAX_LENGTH = 40;

  private Numbers() {}

  /** Null where the text is no decimal number, or one that is absurdly long. */
  public static @Nullable BigDecimal parse(String text) {
    if (text.length() > MAX_LENGTH || !text.matches("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
      return null;
    }
    return new BigDecimal(text);
  }
}
