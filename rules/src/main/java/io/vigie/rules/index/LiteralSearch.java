package io.vigie.rules.index;

import io.vigie.rules.detection.Anchor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds all of many literals in one pass over a text, without regard to the case of ASCII. Of each
 * literal a few grams of three or four bytes are filed; the pass looks only at every n-th gram of
 * the text, where n is such that one of the filed grams is met wherever the literal stands. So the
 * shortest literal says how many bytes are looked at. Literals of fewer than four bytes have a pass
 * of their own.
 */
final class LiteralSearch {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int GRAM = Integer.BYTES;

  /** Of so few literals shorter grams are rare enough, and fewer of them have to be looked at. */
  private static final int FEW = 200;

  /** Two grams so far apart stand in one word of eight bytes. */
  private static final int MAX_STRIDE = 4;

  /** Makes ASCII letters lower case, and other bytes equal that are not; found is what is equal. */
  private static final long LOWER = 0x2020202020202020L;

  private static final int FACTOR = 0x9E3779B1;

  /**
   * A literal and the rules that need it.
   *
   * @param text folded, never empty
   * @param rules by their numbers
   */
  record Literal(byte[] text, Anchor.Position position, int[] rules) {}

  /** Letters, the most frequent in texts of machines and people first. */
  private static final String BY_FREQUENCY = "eaitnorsclmdupghbyfvwkxzjq";

  /** About how often a byte stands in an event. */
  private static final double[] FREQUENCY = new double[256];

  static {
    Arrays.fill(FREQUENCY, 0.005);
    ".,:\"0123456789".chars().forEach(c -> FREQUENCY[c] = 0.04);
    "-/_{} ".chars().forEach(c -> FREQUENCY[c] = 0.02);
    for (int i = 0; i < BY_FREQUENCY.length(); i++) {
      FREQUENCY[BY_FREQUENCY.charAt(i)] = 0.1 * Math.pow(0.87, i);
    }
  }

  private final List<Pass> passes = new ArrayList<>();

  LiteralSearch(List<Literal> literals) {
    List<Literal> few = literals.stream().filter(each -> each.text().length < GRAM).toList();
    List<Literal> many = literals.stream().filter(each -> each.text().length >= GRAM).toList();
    if (!many.isEmpty()) {
      passes.add(new Pass(many));
    }
    if (!few.isEmpty()) {
      passes.add(new Pass(few));
    }
  }

  /** Adds the rules whose literals stand in the text. */
  void find(byte[] bytes, int from, int to, Candidates out) {
    for (int i = 0; i < passes.size(); i++) {
      passes.get(i).find(bytes, from, to, out);
    }
  }

  private static final class Pass {
    private final Literal[] literals;
    private final int gram;
    private final int mask;
    private final int stride;

    /** By hash, not zero where a gram may be filed. */
    private final byte[] filter;

    private final int filterShift;

    /** Of the filed grams the first with this hash, else -1. */
    private final int[] heads;

    private final int headShift;

    /** Of the filed grams: the next with the same hash, the literal, and where in it. */
    private final int[] next;

    private final int[] grams;
    private final int[] literalOf;
    private final int[] offsets;

    Pass(List<Literal> of) {
      literals = of.toArray(Literal[]::new);
      int shortest = of.stream().mapToInt(each -> each.text().length).min().orElse(1);
      boolean few = of.size() <= FEW && shortest == GRAM;
      gram = Math.min(few ? GRAM - 1 : GRAM, shortest);
      mask = gram == GRAM ? -1 : ~(-1 << (gram * Byte.SIZE));
      stride = Math.min(MAX_STRIDE, shortest - gram + 1);
      int count = literals.length * stride;
      int bits = Math.max(10, 36 - Integer.numberOfLeadingZeros(count));
      filter = new byte[1 << bits];
      filterShift = Integer.SIZE - bits;
      heads = new int[1 << (bits - 3)];
      headShift = filterShift + 3;
      Arrays.fill(heads, -1);
      next = new int[count];
      grams = new int[count];
      literalOf = new int[count];
      offsets = new int[count];
      file();
    }

    private void file() {
      Map<Integer, Integer> sharers = new HashMap<>();
      for (Literal literal : literals) {
        for (int i = 0; i + gram <= literal.text().length; i++) {
          sharers.merge(gramAt(literal.text(), i), 1, Integer::sum);
        }
      }
      int filed = 0;
      for (int i = 0; i < literals.length; i++) {
        int window = rarest(literals[i].text(), sharers);
        for (int offset = window; offset < window + stride; offset++) {
          int word = gramAt(literals[i].text(), offset);
          int hash = word * FACTOR;
          filter[hash >>> filterShift] = 1;
          grams[filed] = word;
          literalOf[filed] = i;
          offsets[filed] = offset;
          next[filed] = heads[hash >>> headShift];
          heads[hash >>> headShift] = filed++;
        }
      }
    }

    /** Where so many grams in a row begin that few events and other literals have. */
    private int rarest(byte[] literal, Map<Integer, Integer> sharers) {
      int best = 0;
      double least = Double.MAX_VALUE;
      for (int from = 0; from + stride + gram - 1 <= literal.length; from++) {
        double sum = 0;
        for (int i = from; i < from + stride; i++) {
          double often = sharers.getOrDefault(gramAt(literal, i), 1);
          for (int k = i; k < i + gram; k++) {
            often *= FREQUENCY[literal[k] & 0xFF];
          }
          sum += often;
        }
        if (sum < least) {
          least = sum;
          best = from;
        }
      }
      return best;
    }

    private int gramAt(byte[] bytes, int from) {
      int word = 0;
      for (int i = gram - 1; i >= 0; i--) {
        word = word << Byte.SIZE | (bytes[from + i] & 0xFF);
      }
      return (word | (int) LOWER) & mask;
    }

    void find(byte[] bytes, int from, int to, Candidates out) {
      int last = to - gram;
      int step = stride;
      int shift = step * Byte.SIZE;
      int lastFour = Math.min(last - 3 * step, bytes.length - 2 * step - Long.BYTES);
      int at = from;
      // Two loads for four grams, and one branch.
      for (; at <= lastFour; at += 4 * step) {
        long one = (long) WORDS.get(bytes, at) | LOWER;
        long two = (long) WORDS.get(bytes, at + 2 * step) | LOWER;
        int first = (int) one & mask;
        int second = (int) (one >>> shift) & mask;
        int third = (int) two & mask;
        int fourth = (int) (two >>> shift) & mask;
        if ((mayBe(first) | mayBe(second) | mayBe(third) | mayBe(fourth)) != 0) {
          for (int i = 0; i < 4; i++) {
            int word = i == 0 ? first : i == 1 ? second : i == 2 ? third : fourth;
            if (mayBe(word) != 0) {
              verify(word, at + i * step, bytes, from, to, out);
            }
          }
        }
      }
      for (; at <= last; at += step) {
        verify(gramAt(bytes, at), at, bytes, from, to, out);
      }
    }

    private int mayBe(int word) {
      return filter[((word * FACTOR) >>> filterShift) & (filter.length - 1)];
    }

    private void verify(int word, int at, byte[] bytes, int from, int to, Candidates out) {
      int filed = heads[(word * FACTOR) >>> headShift];
      for (; filed >= 0; filed = next[filed]) {
        if (grams[filed] == word) {
          Literal literal = literals[literalOf[filed]];
          if (standsAt(literal, at - offsets[filed], bytes, from, to)) {
            out.add(literal.rules());
          }
        }
      }
    }

    private static boolean standsAt(Literal literal, int at, byte[] bytes, int from, int to) {
      byte[] text = literal.text();
      boolean inPlace =
          switch (literal.position()) {
            case WHOLE -> at == from && at + text.length == to;
            case START -> at == from;
            case END -> at + text.length == to;
            case ANYWHERE -> true;
          };
      if (!inPlace || at < from || at + text.length > to) {
        return false;
      }
      for (int i = 0; i < text.length; i++) {
        if (FoldedText.FOLD[bytes[at + i] & 0xFF] != text[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
