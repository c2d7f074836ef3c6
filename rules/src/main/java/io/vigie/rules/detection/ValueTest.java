package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import io.vigie.ingest.TimeText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.Optional;

/** What a selection asks of one field's values; a list of values passes when one of them does. */
sealed interface ValueTest {

  boolean test(FieldValues values);

  /** The field is missing or null. */
  record IsNull() implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.isMissing();
    }
  }

  record Exists(boolean expected) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.isMissing() != expected;
    }
  }

  record Text(TextPattern pattern) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return pattern.matchesAny(values);
    }
  }

  record Regex(Pattern pattern) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.texts().stream().anyMatch(text -> pattern.matcher(text).find());
    }
  }

  record InNetwork(Cidr cidr) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.texts().stream().anyMatch(cidr::contains);
    }
  }

  /** Compares numbers; a text that is a number counts as one. */
  record Compare(Comparison comparison, BigDecimal bound) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.texts().stream().anyMatch(this::holds);
    }

    private boolean holds(String text) {
      return number(text).filter(number -> comparison.holds(number.compareTo(bound))).isPresent();
    }
  }

  /**
   * Compares a part of a time in UTC; the value is ISO 8601, or seconds, milliseconds, microseconds
   * or nanoseconds since 1970.
   */
  record Time(TimePart part, Comparison comparison, long bound) implements ValueTest {
    @Override
    public boolean test(FieldValues values) {
      return values.texts().stream().anyMatch(this::holds);
    }

    private boolean holds(String text) {
      String time = number(text).map(BigDecimal::toPlainString).orElse(text);
      return TimeText.millis(time).stream()
          .mapToObj(millis -> Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC))
          .anyMatch(at -> comparison.holds(Long.compare(part.of(at), bound)));
    }
  }

  /**
   * The number that a text says; empty where it says none, or at such length that none is meant.
   */
  private static Optional<BigDecimal> number(String text) {
    return text.length() <= 40 && Comparison.NUMBER.matcher(text).matches()
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  /** Sigma's time modifiers. Weeks are those of ISO 8601. */
  enum TimePart {
    MINUTE(ChronoField.MINUTE_OF_HOUR),
    HOUR(ChronoField.HOUR_OF_DAY),
    DAY(ChronoField.DAY_OF_MONTH),
    WEEK(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
    MONTH(ChronoField.MONTH_OF_YEAR),
    YEAR(ChronoField.YEAR);

    private final TemporalField field;

    TimePart(TemporalField field) {
      this.field = field;
    }

    long of(ZonedDateTime time) {
      return time.getLong(field);
    }

    long min() {
      return this == YEAR ? 1 : field.range().getMinimum();
    }

    long max() {
      return this == YEAR ? 9999 : field.range().getMaximum();
    }
  }

  /** Sigma's numeric modifiers, and equality. */
  enum Comparison {
    EQ,
    LT,
    LTE,
    GT,
    GTE;

    private static final java.util.regex.Pattern NUMBER =
        java.util.regex.Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?");

    boolean holds(int order) {
      return switch (this) {
        case EQ -> order == 0;
        case LT -> order < 0;
        case LTE -> order <= 0;
        case GT -> order > 0;
        case GTE -> order >= 0;
      };
    }
  }
}
