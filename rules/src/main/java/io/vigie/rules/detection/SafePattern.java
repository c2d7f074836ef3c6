package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that an author wrote, held to bounds. RE2 matches in time linear in the
 * text, but with a factor that is the size of the compiled program: {@code (a{1000}){1000}} is
 * short and has a million steps.
 *
 * @param pattern null where the text is refused
 * @param refused why; null where there is a pattern
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>
 */
public record SafePattern(@Nullable Pattern pattern, @Nullable Refused refused) {
  /** Longest pattern, in characters. */
  public static final int MAX_LENGTH = 4 << 10;

  /** Most instructions of the compiled program. */
  public static final int MAX_PROGRAM = 10_000;

  /** The estimate is high for classes of characters; up to here it costs little to be exact. */
  private static final int MAX_ESTIMATE = 10 * MAX_PROGRAM;

  /** RE2/J's own bound for one repetition. */
  private static final int MAX_REPEAT = 1000;

  /** Why a text is no pattern here, and what to write instead. */
  public record Refused(String code, String message, String suggestion) {}

  /**
   * Compiles a pattern.
   *
   * @param flags those of {@link Pattern}
   */
  public static SafePattern compile(String text, int flags) {
    if (text.length() > MAX_LENGTH) {
      return refuse(
          "REGEX_TOO_LONG",
          "the pattern has " + text.length() + " characters, more than " + MAX_LENGTH,
          "split it into several values");
    }
    if (estimate(text) > MAX_ESTIMATE) {
      return tooLarge();
    }
    try {
      Pattern pattern = Pattern.compile(text, flags);
      return pattern.programSize() > MAX_PROGRAM ? tooLarge() : new SafePattern(pattern, null);
    } catch (PatternSyntaxException e) {
      return refuse(
          "BAD_REGEX",
          e.getDescription() + ": " + e.getPattern(),
          "RE2 syntax: no look-around, no back-references");
    } catch (StackOverflowError e) {
      return refuse("BAD_REGEX", "the pattern is nested too deep", "take groups out of groups");
    }
  }

  /** The pattern, or empty where it is refused. */
  public Optional<Pattern> accepted() {
    return Optional.ofNullable(pattern);
  }

  /** The pattern; only for a text that was accepted before. */
  public Pattern orElseThrow() {
    return accepted().orElseThrow(() -> new IllegalArgumentException(String.valueOf(refused)));
  }

  /** About how many instructions the program would have; so that a bomb is never compiled. */
  private static long estimate(String text) {
    Deque<Long> outer = new ArrayDeque<>();
    long size = 0;
    long last = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        outer.push(size);
        size = 0;
        last = 0;
      } else if (c == ')' && !outer.isEmpty()) {
        last = size + 2;
        size = outer.pop() + last;
      } else if (c == '{') {
        long more = last * (count(text, i) - 1);
        size = Math.min(MAX_ESTIMATE + 1L, size + more);
        last = Math.min(MAX_ESTIMATE + 1L, last + more);
      } else {
        i += c == '\\' ? 1 : 0;
        size++;
        last = 1;
      }
    }
    return size;
  }

  /** The larger number of {@code {n,m}} at an opening brace; 1 where there is none. */
  private static long count(String text, int brace) {
    long largest = 1;
    long number = 0;
    for (int i = brace + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        number = Math.min(MAX_REPEAT, 10 * number + c - '0');
        largest = Math.max(largest, number);
      } else if (c == ',') {
        number = 0;
      } else {
        return c == '}' ? largest : 1;
      }
    }
    return 1;
  }

  private static SafePattern tooLarge() {
    return refuse(
        "REGEX_TOO_LARGE",
        "the pattern compiles to more than " + MAX_PROGRAM + " instructions",
        "lower the counts in {…}");
  }

  private static SafePattern refuse(String code, String message, String suggestion) {
    return new SafePattern(null, new Refused(code, message, suggestion));
  }
}
