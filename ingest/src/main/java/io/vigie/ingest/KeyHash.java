package io.vigie.ingest;

/** A hash of the bytes of a key, taken eight at a time. */
final class KeyHash {
  static final long START = 0x9E3779B97F4A7C15L;
  private static final long FACTOR = 0xD6E8FEB86659FD93L;

  private KeyHash() {}

  static long of(byte[] bytes, int from, int to) {
    long hash = START;
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = with(hash, word(bytes, at, Long.BYTES));
    }
    return end(hash, word(bytes, at, to - at), to - from);
  }

  private static long word(byte[] bytes, int from, int count) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[from + i] & 0xFFL) << (i * Byte.SIZE);
    }
    return word;
  }

  /** With eight bytes more, the first of them lowest. */
  static long with(long hash, long word) {
    return Long.rotateLeft((hash ^ word) * FACTOR, 29);
  }

  /** With the last bytes, fewer than eight, and the number of all. */
  static long end(long hash, long word, int length) {
    long mixed = (with(hash, word) ^ length) * FACTOR;
    return mixed ^ (mixed >>> 32);
  }
}
