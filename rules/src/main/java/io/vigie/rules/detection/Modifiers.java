package io.vigie.rules.detection;

import io.vigie.rules.detection.TextPattern.Anchoring;
import io.vigie.rules.detection.ValueTest.Comparison;
import io.vigie.rules.detection.ValueTest.TimePart;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What stands behind a field's name: {@code field|contains|all}. They are applied in their order,
 * and not each goes with each. Source: Sigma modifiers 2.1.0.
 *
 * @param written in their order
 */
record Modifiers(List<String> written) {

  /**
   * The modifiers of one kind exclude each other, except for {@link #SETS}, {@link #CASES}, {@link
   * #FLAGS}; {@code order} is that of their kinds where it matters, and in suggestions.
   */
  private enum Kind {
    FIELDS(1, "fieldref"),
    PATTERNS(1, "re"),
    FLAGS(2, "i m s"),
    DASHES(3, "windash"),
    WIDTHS(4, "utf16 utf16be utf16le wide"),
    ENCODINGS(5, "base64 base64offset"),
    PLACES(6, "contains endswith startswith"),
    CASES(7, "cased"),
    NETWORKS(1, "cidr"),
    PARTS(1, "day hour minute month week year"),
    BOUNDS(2, "gt gte lt lte"),
    PRESENCE(1, "exists"),
    SETS(8, "all expand neq");

    private static final Set<Kind> TEXTS = Set.of(DASHES, WIDTHS, ENCODINGS, PLACES, CASES);

    private final int order;
    private final String names;

    Kind(int order, String names) {
      this.order = order;
      this.names = names;
    }

    private List<String> names() {
      return List.of(names.split(" ", -1));
    }

    private static Kind of(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.names().contains(name))
          .findFirst()
          .orElseThrow();
    }

    private boolean goesWith(Kind other) {
      if (this == other) {
        return this == FLAGS || this == SETS;
      }
      return (TEXTS.contains(this) && TEXTS.contains(other))
          || goes(FIELDS, PLACES, other)
          || goes(FIELDS, CASES, other)
          || goes(PATTERNS, FLAGS, other)
          || goes(PATTERNS, PLACES, other)
          || goes(FLAGS, PLACES, other)
          || goes(PARTS, BOUNDS, other)
          || (this == SETS && other != PRESENCE)
          || (other == SETS && this != PRESENCE);
    }

    private boolean goes(Kind one, Kind two, Kind other) {
      return (this == one && other == two) || (this == two && other == one);
    }
  }

  private static final Set<String> KNOWN =
      Arrays.stream(Kind.values())
          .flatMap(kind -> kind.names().stream())
          .collect(Collectors.toCollection(TreeSet::new));

  /** Of keywords, which have no field. */
  private static final Set<String> OF_KEYWORDS =
      Arrays.stream(Kind.values())
          .filter(kind -> Kind.TEXTS.contains(kind) || kind == Kind.PATTERNS || kind == Kind.FLAGS)
          .flatMap(kind -> kind.names().stream())
          .filter(name -> !Set.of("endswith", "startswith").contains(name))
          .collect(Collectors.toCollection(() -> new TreeSet<>(Set.of("all", "expand"))));

  /** Those of {@code field|a|b}; empty where there is a problem; all of them are reported. */
  static Optional<Modifiers> read(String key, Place place, Problems.OfFile problems) {
    String[] parts = key.split("\\|", -1);
    Modifiers modifiers = new Modifiers(List.of(parts).subList(1, parts.length));
    return modifiers.areKnown(place, problems)
            && modifiers.areForKeywords(parts[0], place, problems)
            && modifiers.goTogether(parts[0], place, problems)
        ? Optional.of(modifiers)
        : Optional.empty();
  }

  private boolean areKnown(Place place, Problems.OfFile problems) {
    boolean known = true;
    for (String modifier : written) {
      if (!KNOWN.contains(modifier)) {
        String near = Problems.didYouMean(modifier, KNOWN);
        problems.error(
            place,
            "UNKNOWN_MODIFIER",
            "the modifier '" + modifier + "' is not known",
            near.isEmpty() ? "known are " + String.join(", ", KNOWN) : near);
        known = false;
      }
    }
    return known;
  }

  private boolean areForKeywords(String field, Place place, Problems.OfFile problems) {
    if (!field.isEmpty() || OF_KEYWORDS.containsAll(written)) {
      return true;
    }
    problems.error(
        place,
        "NO_FIELD",
        "'|" + String.join("|", written) + "' needs a field before it",
        "keywords, which have none, know " + String.join(", ", OF_KEYWORDS));
    return false;
  }

  private boolean goTogether(String field, Place place, Problems.OfFile problems) {
    for (int i = 0; i < written.size(); i++) {
      for (int j = i + 1; j < written.size(); j++) {
        String one = written.get(i);
        String two = written.get(j);
        if (one.equals(two)) {
          problems.error(place, "MODIFIERS_CLASH", "'" + one + "' stands twice", "once is enough");
          return false;
        }
        if (!Kind.of(one).goesWith(Kind.of(two)) || isComparedTwice(one, two)) {
          problems.error(
              place,
              "MODIFIERS_CLASH",
              "'" + one + "' and '" + two + "' do not go together",
              wayOut(field, one, two));
          return false;
        }
      }
    }
    for (String flag : List.of("i", "m", "s")) {
      if (has(flag) && !has("re")) {
        problems.error(
            place,
            "MODIFIER_ORDER",
            "'" + flag + "' is a flag of 're', which is not there",
            flag.equals("i")
                ? "drop it: without 'cased' case does not matter"
                : "write " + field + "|re|" + flag);
        return false;
      }
    }
    return isInOrder(field, place, problems);
  }

  /** Where the order of application makes a difference. */
  private boolean isInOrder(String field, Place place, Problems.OfFile problems) {
    for (int i = 0; i + 1 < written.size(); i++) {
      Kind earlier = Kind.of(written.get(i));
      for (String next : written.subList(i + 1, written.size())) {
        Kind later = Kind.of(next);
        boolean wrong =
            later == Kind.PATTERNS
                ? earlier != Kind.SETS
                : later == Kind.ENCODINGS
                    ? earlier == Kind.PLACES
                    : earlier == Kind.ENCODINGS && later.order < earlier.order;
        if (wrong) {
          problems.error(
              place,
              "MODIFIER_ORDER",
              "'" + next + "' stands too late, because modifiers are applied in their order",
              written.stream()
                  .sorted(Comparator.comparingInt(name -> Kind.of(name).order))
                  .collect(Collectors.joining("|", "write " + field + "|", "")));
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isComparedTwice(String one, String two) {
    return (one.equals("neq") && Kind.of(two) == Kind.BOUNDS)
        || (two.equals("neq") && Kind.of(one) == Kind.BOUNDS);
  }

  private static String wayOut(String field, String one, String two) {
    Set<Kind> kinds = Set.copyOf(List.of(Kind.of(one), Kind.of(two)));
    Set<String> names = Set.of(one, two);
    if (kinds.equals(Set.of(Kind.BOUNDS))) {
      return "a range is two entries, %s|%s and %s|%s".formatted(field, one, field, two);
    }
    if (names.contains("neq")) {
      return kinds.contains(Kind.PRESENCE)
          ? "write exists: false, or true, without 'neq'"
          : "turn the comparison round: not lt is gte";
    }
    if (kinds.equals(Set.of(Kind.PLACES)) || kinds.equals(Set.of(Kind.PARTS))) {
      return "write two entries, %s|%s and %s|%s".formatted(field, one, field, two);
    }
    if (kinds.contains(Kind.PRESENCE)) {
      return "'exists' looks at no value: drop the other";
    }
    if (kinds.contains(Kind.NETWORKS)) {
      return "'cidr' takes addresses and no part of a text: drop the other";
    }
    if (kinds.contains(Kind.PATTERNS)) {
      return names.contains("cased")
          ? "regular expressions heed case unless 'i' says otherwise: drop 'cased'"
          : "'re' takes its value as it is: drop the other";
    }
    return "drop one of them";
  }

  boolean has(String modifier) {
    return written.contains(modifier);
  }

  private boolean hasAny(Kind kind) {
    return kind.names().stream().anyMatch(this::has);
  }

  Anchoring anchoring() {
    if (has("contains")) {
      return Anchoring.CONTAINS;
    }
    if (has("startswith")) {
      return Anchoring.STARTS_WITH;
    }
    return has("endswith") ? Anchoring.ENDS_WITH : Anchoring.WHOLE;
  }

  /** Whether the value stands encoded in the field. */
  boolean isEncoded() {
    return hasAny(Kind.ENCODINGS);
  }

  /** Whether the value stands in UTF-16 in the field. */
  boolean isWide() {
    return hasAny(Kind.WIDTHS);
  }

  /** Whether a null has a meaning: the field is missing. */
  boolean allowNull() {
    return written.stream().allMatch(name -> Kind.of(name) == Kind.SETS);
  }

  Optional<Comparison> bound() {
    return Arrays.stream(Comparison.values())
        .filter(comparison -> has(comparison.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  Optional<TimePart> timePart() {
    return Arrays.stream(TimePart.values())
        .filter(part -> has(part.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
