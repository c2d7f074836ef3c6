package io.vigie.rules.detection;

import java.nio.charset.Charset;
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

  /** The three forms of {@code base64offset}, else the one of {@code base64}. */
  static List<String> of(String text, List<String> modifiers) {
    byte[] bytes = bytes(text, modifiers);
    if (!modifiers.contains("base64offset")) {
      return List.of(Base64.getEncoder().encodeToString(bytes));
    }
    return IntStream.range(0, 3).mapToObj(offset -> at(offset, bytes)).toList();
  }

  private static String at(int offset, byte[] bytes) {
    byte[] shifted = new byte[offset + bytes.length];
    System.arraycopy(bytes, 0, shifted, offset, bytes.length);
    String encoded = Base64.getEncoder().encodeToString(shifted);
    return encoded.substring(
        FOREIGN_START[offset], encoded.length() - FOREIGN_END[shifted.length % 3]);
  }

  private static byte[] bytes(String text, List<String> modifiers) {
    if (modifiers.contains("utf16")) {
      return ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
    }
    Charset charset =
        modifiers.contains("utf16be")
            ? StandardCharsets.UTF_16BE
            : modifiers.contains("wide") || modifiers.contains("utf16le")
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.UTF_8;
    return text.getBytes(charset);
  }
}
