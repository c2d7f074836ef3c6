package io.vigie.rules.detection;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A text as it looks inside something encoded. Source: Sigma modifiers 2.1.0, {@code base64},
 * {@code base64offset} and the {@code utf16} family.
 */
final class EncodedText {
  /** At each offset, how many characters at the start depend on what stands before the text. */
  private static final int[] FOREIGN_START = {0, 2, 3};

  /** By length modulo 3, how many characters at the end depend on what stands behind the text. */
  private static final int[] FOREIGN_END = {0, 3, 2};

  private EncodedText() {}

  /**
   * What the text is in Base64: the three forms of {@code base64offset}, or the one of {@code
   * base64}.
   */
  static List<String> base64(String text, Modifiers modifiers) {
    byte[] bytes = bytes(text, modifiers);
    if (!modifiers.has("base64offset")) {
      return List.of(Base64.getEncoder().encodeToString(bytes));
    }
    return IntStream.range(0, 3).mapToObj(offset -> at(offset, bytes)).toList();
  }

  /** The text in UTF-16 with a character for each byte, where the modifiers say so. */
  static String wide(String text, Modifiers modifiers) {
    return modifiers.isWide()
        ? new String(bytes(text, modifiers), StandardCharsets.ISO_8859_1)
        : text;
  }

  private static String at(int offset, byte[] bytes) {
    byte[] shifted = new byte[offset + bytes.length];
    System.arraycopy(bytes, 0, shifted, offset, bytes.length);
    String encoded = Base64.getEncoder().encodeToString(shifted);
    return encoded.substring(
        FOREIGN_START[offset], encoded.length() - FOREIGN_END[shifted.length % 3]);
  }

  private static byte[] bytes(String text, Modifiers modifiers) {
    if (!modifiers.isWide()) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return text.getBytes(
        modifiers.has("utf16be") ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
  }
}
