package io.vigie.tests;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Records that are no events, of every kind. */
final class Rubbish {
  private static final int KINDS = 9;

  private Rubbish() {}

  static byte[] of(int number) {
    return switch (number % KINDS) {
      case 0 -> binary(number);
      case 1 -> text("{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-03-01T");
      case 2 -> new byte[0];
      case 3 -> text("{\"a\":\"" + "x".repeat(10 << 20) + "\"}");
      case 4 -> text("[".repeat(100_000));
      case 5 -> text("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
      case 6 -> text("{\"eventTime\":\"yesterday\",\"eventName\":\"A\",\"eventSource\":\"b\"}");
      case 7 -> text(sound("2099-01-01T00:00:00Z"));
      default -> text("{\"eventName\":\"A\",\"eventName\":\"B\"}");
    };
  }

  /** An event in every way, but for its time. */
  private static String sound(String time) {
    return "{\"eventTime\":\"%s\",\"eventName\":\"A\",\"eventSource\":\"b.amazonaws.com\",\"eventID\":\"c\"}"
        .formatted(time);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] binary(int seed) {
    byte[] bytes = new byte[2000];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < bytes.length; i++) {
      // Never a line break: one binary record is one line of a file.
      bytes[i] = (byte) (0x80 | random.nextInt(128));
    }
    return bytes;
  }
}
