package io.vigie.rules.index;

import java.util.Arrays;

/** The rules that an event could match, by their numbers from 0. */
public final class Candidates {
  private final long[] words;

  /** One bit for each of the words that is not zero. */
  private final long[] used;

  /**
   * An empty set.
   *
   * @param rules how many there are
   */
  Candidates(int rules) {
    words = new long[(rules >> 6) + 1];
    used = new long[(words.length >> 6) + 1];
  }

  void add(int[] rules) {
    for (int rule : rules) {
      int word = rule >> 6;
      words[word] |= 1L << rule;
      used[word >> 6] |= 1L << word;
    }
  }

  /** Takes the lowest number out of the set; -1 if it is empty. */
  public int poll() {
    for (int i = 0; i < used.length; i++) {
      if (used[i] != 0) {
        int word = (i << 6) + Long.numberOfTrailingZeros(used[i]);
        int rule = (word << 6) + Long.numberOfTrailingZeros(words[word]);
        words[word] &= words[word] - 1;
        if (words[word] == 0) {
          used[i] &= used[i] - 1;
        }
        return rule;
      }
    }
    return -1;
  }

  /** Takes out what nobody has taken. */
  void clear() {
    for (long any : used) {
      if (any != 0) {
        Arrays.fill(used, 0);
        Arrays.fill(words, 0);
      }
    }
  }
}
