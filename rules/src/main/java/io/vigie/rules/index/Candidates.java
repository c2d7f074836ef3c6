package io.vigie.rules.index;

import java.util.Arrays;

/** The rules that an event could match, by their numbers from 0. */
public final class Candidates {
  private final long[] words;
  private int low;
  private int high = -1;

  /**
   * An empty set.
   *
   * @param rules how many there are
   */
  public Candidates(int rules) {
    words = new long[(rules + Long.SIZE - 1) / Long.SIZE];
    low = words.length;
  }

  void add(int[] rules) {
    for (int rule : rules) {
      int word = rule >> 6;
      words[word] |= 1L << rule;
      low = Math.min(low, word);
      high = Math.max(high, word);
    }
  }

  /** The first one that is not less than {@code from}; -1 if there is none. */
  public int next(int from) {
    int at = Math.max(from >> 6, low);
    long mask = at == from >> 6 ? -1L << from : -1L;
    for (; at <= high; at++) {
      long word = words[at] & mask;
      if (word != 0) {
        return (at << 6) + Long.numberOfTrailingZeros(word);
      }
      mask = -1L;
    }
    return -1;
  }

  void clear() {
    if (low <= high) {
      Arrays.fill(words, low, high + 1, 0);
    }
    low = words.length;
    high = -1;
  }
}
