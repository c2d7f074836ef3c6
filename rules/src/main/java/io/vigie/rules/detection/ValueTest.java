package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import java.math.BigDecimal;

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
      if (text.length() > 40 || !text.matches("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
        return false;
      }
      return comparison.holds(new BigDecimal(text).compareTo(bound));
    }
  }

  /** Sigma's numeric modifiers. */
  enum Comparison {
    LT,
    LTE,
    GT,
    GTE;

    boolean holds(int order) {
      return switch (this) {
        case LT -> order < 0;
        case LTE -> order <= 0;
        case GT -> order > 0;
        case GTE -> order >= 0;
      };
    }
  }
}
