package io.vigie.rules.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which rules want a field to be exactly this text, up to case. */
final class WholeTexts {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR = 0xD6E8FEB86659FD93L;

  /** An open table that is at most half full. */
  private final @Nullable Entry[] table;

  private final int mask;

  private record Entry(byte[] text, int[] rules) {}

  /**
   * Of the rules by folded text.
   *
   * @param rulesByText rules by their numbers
   */
  WholeTexts(Map<String, int[]> rulesByText) {
    int size = 4 * Integer.highestOneBit(Math.max(1, rulesByText.size()));
    table = new Entry[size];
    mask = size - 1;
    rulesByText.forEach(
        (text, rules) -> {
          byte[] bytes = FoldedText.utf8(text);
          int at = slot(FoldedText.withSlack(bytes), bytes.length);
          while (table[at] != null) {
            at = (at + 1) & mask;
          }
          table[at] = new Entry(bytes, rules);
        });
  }

  void find(FoldedText text, Candidates out) {
    byte[] bytes = text.bytes();
    int length = text.length();
    int at = slot(bytes, length);
    for (Entry entry = table[at]; entry != null; entry = table[at]) {
      if (entry.text.length == length && Arrays.equals(entry.text, 0, length, bytes, 0, length)) {
        out.add(entry.rules);
        return;
      }
      at = (at + 1) & mask;
    }
  }

  private int slot(byte[] bytes, int length) {
    long hash = length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = Long.rotateLeft((hash ^ (long) WORDS.get(bytes, at)) * FACTOR, 29);
    }
    if (at < length) {
      long rest = (long) WORDS.get(bytes, at) & ~(-1L << ((length - at) * Byte.SIZE));
      hash = Long.rotateLeft((hash ^ rest) * FACTOR, 29);
    }
    return (int) ((hash * FACTOR) >>> 40) & mask;
  }
}
