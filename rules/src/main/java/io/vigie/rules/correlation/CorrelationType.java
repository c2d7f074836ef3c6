package io.vigie.rules.correlation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sigma's correlation types that can be decided so far. */
public enum CorrelationType {
  /** So many matches. */
  EVENT_COUNT,
  /** So many distinct values of a field. */
  VALUE_COUNT,
  /** Each of the rules, in any order. */
  TEMPORAL,
  /** Each of the rules, in the listed order. */
  TEMPORAL_ORDERED;

  /** As rule files write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the type counts, and so needs a condition. */
  public boolean counts() {
    return this == EVENT_COUNT || this == VALUE_COUNT;
  }

  public static Optional<CorrelationType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(CorrelationType::word).toList();
  }
}
