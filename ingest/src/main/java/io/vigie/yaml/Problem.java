package io.vigie.yaml;

import java.util.Comparator;
import java.util.Locale;

/**
 * Something in a user's file that is wrong or unwise.
 *
 * @param code a stable name for this kind of problem, for example {@code UNKNOWN_FIELD}
 * @param file the file as the user named it
 * @param message what is wrong
 * @param suggestion what to write instead; may be empty
 */
public record Problem(
    Severity severity, String code, String file, Place place, String message, String suggestion) {

  /** As a reader goes through the files; at one place the worst first. */
  public static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparingInt(problem -> problem.place().line())
          .thenComparingInt(problem -> problem.place().column())
          .thenComparing(Problem::severity)
          .thenComparing(Problem::code)
          .thenComparing(Problem::message);

  public enum Severity {
    ERROR,
    WARNING,
    /** Worth saying, nothing to do: for example a rule whose log source is not configured. */
    NOTE;

    /** As it is printed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * {@code FILE:LINE:COLUMN: error CODE: message; suggestion}, as compilers print it; escaped to be
   * one line.
   */
  @Override
  public String toString() {
    return "%s:%d:%d: %s %s: %s%s"
        .formatted(
            Shown.text(file),
            place.line(),
            place.column(),
            severity.word(),
            code,
            Shown.text(message),
            suggestion.isEmpty() ? "" : "; " + Shown.text(suggestion));
  }
}
