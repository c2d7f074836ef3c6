package io.vigie.rules.index;

import io.vigie.rules.detection.CaseFolding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The UTF-8 bytes of a folded text, in an array that is used again for the next one. */
final class FoldedText {
  /** What plain ASCII folds to; bytes of other characters stay. */
  static final byte[] FOLD = new byte[256];

  /** So many bytes of the array lie always behind the text. */
  static final int SLACK = Long.BYTES;

  /** What one very long text has taken is not kept. */
  private static final int MAX_KEPT = 1 << 16;

  static {
    for (int i = 0; i < FOLD.length; i++) {
      FOLD[i] = (byte) (i >= 'A' && i <= 'Z' ? i | 0x20 : i);
    }
  }

  private byte[] bytes = new byte[1 << 10];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void set(String text) {
    int chars = text.length();
    reserve(chars);
    byte[] target = bytes;
    int all = 0;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      all |= c;
      target[i] = FOLD[c & 0x7F];
    }
    length = chars;
    if (all >= 0x80) {
      byte[] folded = utf8(CaseFolding.fold(text));
      reserve(folded.length);
      System.arraycopy(folded, 0, bytes, 0, folded.length);
      length = folded.length;
    }
  }

  static byte[] utf8(String folded) {
    return folded.getBytes(StandardCharsets.UTF_8);
  }

  private void reserve(int size) {
    int needed = size + SLACK;
    if (bytes.length < needed || bytes.length > Math.max(MAX_KEPT, needed)) {
      bytes = new byte[Math.max(1 << 10, Integer.highestOneBit(needed) * 2)];
    }
  }

  /** A copy of a text with {@link #SLACK}. */
  static byte[] withSlack(byte[] text) {
    return Arrays.copyOf(text, text.length + SLACK);
  }
}
