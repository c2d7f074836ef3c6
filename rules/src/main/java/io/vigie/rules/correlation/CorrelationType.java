package io.vigie.rules.correlation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sigma's correlation types, and two that are not Sigma's: {@code new_terms} and {@code epl}. */
public enum CorrelationType {
  /** So many matches. */
  EVENT_COUNT,
  /** So many distinct values of a field. */
  VALUE_COUNT,
  /** The sum of a field's values. */
  VALUE_SUM,
  /** The mean of a field's values. */
  VALUE_AVG,
  /** The value that a share of a field's values does not exceed. */
  VALUE_PERCENTILE,
  /** The middle one of a field's values. */
  VALUE_MEDIAN,
  /** Each of the rules, in any order, or as the condition says. */
  TEMPORAL,
  /** Each of the rules, in the listed order. */
  TEMPORAL_ORDERED,
  /** A value that the group has not shown for long. */
  NEW_TERMS,
  /** What an EPL statement says. */
  EPL;

  /** As rule files write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the type counts or measures, and so needs a condition with numbers. */
  public boolean counts() {
    return this == EVENT_COUNT || this == VALUE_COUNT || measures();
  }

  /** Whether the type measures numbers. */
  public boolean measures() {
    return this == VALUE_SUM
        || this == VALUE_AVG
        || this == VALUE_PERCENTILE
        || this == VALUE_MEDIAN;
  }

  public static Optional<CorrelationType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(CorrelationType::word).toList();
  }
}
