package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.vigie.rules.detection.TextPattern.Anchoring;
import io.vigie.rules.detection.ValueTest.Comparison;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Compiles one selection: a map is "and", a list of maps is "or", a list of plain values is
 * keywords; {@code field|modifier: value} with a list of values is "or", with {@code all} "and".
 * Source: Sigma rules specification 2.1.0.
 */
final class SelectionReader {
  private static final Set<String> MODIFIERS =
      new LinkedHashSet<>(
          List.of(
              "all",
              "base64",
              "base64offset",
              "cased",
              "cidr",
              "contains",
              "endswith",
              "exists",
              "fieldref",
              "gt",
              "gte",
              "i",
              "lt",
              "lte",
              "m",
              "neq",
              "re",
              "s",
              "startswith",
              "utf16",
              "utf16be",
              "utf16le",
              "wide",
              "windash"));
  private static final Set<String> KEYWORD_MODIFIERS =
      new LinkedHashSet<>(List.of("all", "cased", "contains", "i", "m", "re", "s"));
  private static final int MAX_REGEX_LENGTH = 4 << 10;

  private final Fields fields;
  private final Problems.OfFile problems;

  SelectionReader(Fields fields, Problems.OfFile problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /** Empty where there is a problem; all of them are reported. */
  Optional<Predicate> read(YamlValue selection) {
    if (selection instanceof YamlMap map) {
      return readMap(map);
    }
    if (selection instanceof YamlList list && !list.items().isEmpty()) {
      return any(list.items().stream().map(this::readAlternative).toList());
    }
    if (selection instanceof YamlScalar scalar && scalar.value() != null) {
      return keyword(scalar, List.of());
    }
    return noSelection(selection);
  }

  private Optional<Predicate> readAlternative(YamlValue item) {
    return item instanceof YamlList ? noSelection(item) : read(item);
  }

  private Optional<Predicate> noSelection(YamlValue value) {
    boolean empty =
        (value instanceof YamlMap map && map.entries().isEmpty())
            || (value instanceof YamlList list && list.items().isEmpty());
    problems.error(
        value.place(),
        "EMPTY_SELECTION",
        "a selection must be a map, a list of maps or a list of keywords, not "
            + (empty ? "empty" : value.kind()),
        "for example {eventName: CreateUser}");
    return Optional.empty();
  }

  private Optional<Predicate> readMap(YamlMap map) {
    if (map.entries().isEmpty()) {
      return noSelection(map);
    }
    List<Optional<Predicate>> items = new ArrayList<>();
    map.entries().forEach((key, entry) -> items.add(readItem(key, entry.place(), entry.value())));
    return all(items);
  }

  private Optional<Predicate> readItem(String key, Place place, YamlValue value) {
    String[] parts = key.split("\\|", -1);
    String field = parts[0];
    List<String> modifiers = List.of(parts).subList(1, parts.length);
    if (!areKnown(modifiers, place) || !areForKeywords(field, modifiers, place)) {
      return Optional.empty();
    }
    List<YamlValue> values = value instanceof YamlList list ? list.items() : List.of(value);
    if (values.isEmpty()) {
      problems.error(place, "NO_VALUE", "'" + key + "' has an empty list", "name a value");
      return Optional.empty();
    }
    List<Optional<Predicate>> tests = new ArrayList<>();
    for (YamlValue each : values) {
      if (!(each instanceof YamlScalar scalar)) {
        problems.error(
            each.place(),
            "VALUE_NOT_PLAIN",
            "'" + key + "' needs plain values, not " + each.kind(),
            "write nested fields with dots, for example userIdentity.type");
        tests.add(Optional.empty());
      } else if (field.isEmpty()) {
        tests.add(keyword(scalar, modifiers));
      } else {
        tests.add(predicate(fields.slot(field), scalar, modifiers));
      }
    }
    Optional<Predicate> joined = modifiers.contains("all") ? all(tests) : any(tests);
    return modifiers.contains("neq") ? joined.map(Predicate.Not::new) : joined;
  }

  private boolean areKnown(List<String> modifiers, Place place) {
    boolean known = true;
    for (String modifier : modifiers) {
      if (!MODIFIERS.contains(modifier)) {
        String near = Problems.didYouMean(modifier, MODIFIERS);
        problems.error(
            place,
            "UNKNOWN_MODIFIER",
            "the modifier '" + modifier + "' is not known",
            near.isEmpty() ? "known are " + String.join(", ", MODIFIERS) : near);
        known = false;
      }
    }
    return known;
  }

  private boolean areForKeywords(String field, List<String> modifiers, Place place) {
    if (!field.isEmpty() || KEYWORD_MODIFIERS.containsAll(modifiers)) {
      return true;
    }
    problems.error(
        place,
        "NO_FIELD",
        "'|" + String.join("|", modifiers) + "' needs a field before it",
        "keywords, which have none, know " + String.join(", ", KEYWORD_MODIFIERS));
    return false;
  }

  private Optional<Predicate> keyword(YamlScalar scalar, List<String> modifiers) {
    Optional<ValueTest> test =
        modifiers.contains("re")
            ? regex(scalar, modifiers)
            : Optional.of(
                new ValueTest.Text(
                    TextPattern.of(
                        scalar.text(), Anchoring.CONTAINS, modifiers.contains("cased"))));
    return test.map(Predicate.Keyword::new);
  }

  private Optional<Predicate> predicate(int slot, YamlScalar scalar, List<String> modifiers) {
    if (modifiers.contains("fieldref")) {
      return Optional.of(
          new Predicate.SameField(
              slot, fields.slot(scalar.text()), anchoring(modifiers), modifiers.contains("cased")));
    }
    if (!modifiers.contains("base64") && !modifiers.contains("base64offset")) {
      return valueTest(scalar, modifiers).map(test -> new Predicate.Field(slot, test));
    }
    List<Predicate> encoded =
        EncodedText.of(scalar.text(), modifiers).stream()
            .map(text -> TextPattern.of(text, anchoring(modifiers), modifiers.contains("cased")))
            .<Predicate>map(pattern -> new Predicate.Field(slot, new ValueTest.Text(pattern)))
            .toList();
    return any(encoded.stream().map(Optional::of).toList());
  }

  private Optional<ValueTest> valueTest(YamlScalar scalar, List<String> modifiers) {
    if (modifiers.contains("exists")) {
      if (scalar.value() instanceof Boolean expected) {
        return Optional.of(new ValueTest.Exists(expected));
      }
      return refuse(scalar, "EXISTS_NOT_BOOLEAN", "exists needs true or false", "");
    }
    if (scalar.value() == null) {
      return Optional.of(new ValueTest.IsNull());
    }
    if (modifiers.contains("re")) {
      return regex(scalar, modifiers);
    }
    if (modifiers.contains("cidr")) {
      Optional<Cidr> cidr = Cidr.parse(scalar.text());
      return cidr.isPresent()
          ? Optional.of(new ValueTest.InNetwork(cidr.get()))
          : refuse(scalar, "BAD_CIDR", scalar.kind() + " is no network", "for example 10.0.0.0/8");
    }
    for (Comparison comparison : Comparison.values()) {
      if (modifiers.contains(comparison.name().toLowerCase(Locale.ROOT))) {
        return compare(scalar, comparison);
      }
    }
    String text =
        modifiers.contains("windash") ? TextPattern.anyDash(scalar.text()) : scalar.text();
    return Optional.of(
        new ValueTest.Text(
            TextPattern.of(text, anchoring(modifiers), modifiers.contains("cased"))));
  }

  private Optional<ValueTest> regex(YamlScalar scalar, List<String> modifiers) {
    if (scalar.text().length() > MAX_REGEX_LENGTH) {
      return refuse(scalar, "REGEX_TOO_LONG", "over " + MAX_REGEX_LENGTH + " characters", "");
    }
    int flags =
        (modifiers.contains("i") ? Pattern.CASE_INSENSITIVE : 0)
            | (modifiers.contains("m") ? Pattern.MULTILINE : 0)
            | (modifiers.contains("s") ? Pattern.DOTALL : 0);
    try {
      return Optional.of(new ValueTest.Regex(Pattern.compile(scalar.text(), flags)));
    } catch (PatternSyntaxException e) {
      return refuse(
          scalar,
          "BAD_REGEX",
          e.getDescription() + ": " + e.getPattern(),
          "RE2 syntax: no look-around, no back-references");
    }
  }

  private Optional<ValueTest> compare(YamlScalar scalar, Comparison comparison) {
    try {
      return Optional.of(new ValueTest.Compare(comparison, new BigDecimal(scalar.text())));
    } catch (NumberFormatException e) {
      return refuse(scalar, "NOT_A_NUMBER", scalar.kind() + " is no number", "");
    }
  }

  private static Anchoring anchoring(List<String> modifiers) {
    if (modifiers.contains("contains")) {
      return Anchoring.CONTAINS;
    }
    if (modifiers.contains("startswith")) {
      return Anchoring.STARTS_WITH;
    }
    return modifiers.contains("endswith") ? Anchoring.ENDS_WITH : Anchoring.WHOLE;
  }

  private Optional<ValueTest> refuse(
      YamlScalar scalar, String code, String message, String suggestion) {
    problems.error(scalar.place(), code, message, suggestion);
    return Optional.empty();
  }

  private static Optional<Predicate> all(List<Optional<Predicate>> parts) {
    return joined(parts, Predicate.And::new);
  }

  private static Optional<Predicate> any(List<Optional<Predicate>> parts) {
    return joined(parts, Predicate.Or::new);
  }

  private static Optional<Predicate> joined(
      List<Optional<Predicate>> parts, Function<List<Predicate>, Predicate> by) {
    if (parts.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    List<Predicate> present = parts.stream().map(Optional::orElseThrow).toList();
    return Optional.of(present.size() == 1 ? present.get(0) : by.apply(present));
  }
}
