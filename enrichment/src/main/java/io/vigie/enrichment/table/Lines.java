package io.vigie.enrichment.table;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of bytes, none of which is held where it is too long. */
final class Lines {
  private final InputStream in;
  private final int longest;
  private final byte[] read = new byte[1 << 16];
  private int from;
  private int to;
  private byte[] line = new byte[1 << 10];
  private int length;
  private int number;
  private boolean isTooLong;

  /**
   * @param longest how many bytes a line may have
   */
  Lines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** Goes on to the next line; false after the last. */
  boolean next() throws IOException {
    length = 0;
    isTooLong = false;
    boolean any = false;
    while (from < to || fill()) {
      any = true;
      int end = from;
      while (end < to && read[end] != '\n') {
        end++;
      }
      append(end);
      boolean ended = end < to;
      from = ended ? end + 1 : to;
      if (ended) {
        break;
      }
    }
    number += any ? 1 : 0;
    return any;
  }

  private boolean fill() throws IOException {
    from = 0;
    to = in.read(read);
    return to > 0;
  }

  private void append(int end) {
    int more = end - from;
    isTooLong |= length + more > longest;
    if (!isTooLong) {
      if (length + more > line.length) {
        line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
      }
      System.arraycopy(read, from, line, length, more);
      length += more;
    }
  }

  /** Counted from 1. */
  int number() {
    return number;
  }

  boolean isTooLong() {
    return isTooLong;
  }

  /** The line; only as far as {@link #length} says, and until the next. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
