package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import io.vigie.rules.detection.TextPattern.Anchoring;
import io.vigie.rules.detection.ValueTest.Comparison;
import io.vigie.rules.detection.ValueTest.TimePart;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Compiles one selection: a map is "and", a list of maps is "or", a list of plain values is
 * keywords; {@code field|modifier: value} with a list of values is "or", with {@code all} "and".
 * Source: Sigma rules specification 2.1.0.
 */
final class SelectionReader {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Fields fields;
  private final Placeholders placeholders;
  private final Problems.OfFile problems;
  private boolean lacksList;

  SelectionReader(Fields fields, Placeholders placeholders, Problems.OfFile problems) {
    this.fields = fields;
    this.placeholders = placeholders;
    this.problems = problems;
  }

  /** Whether something that was read names a list that is not there, which is noted. */
  boolean lacksList() {
    return lacksList;
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
      return keyword(scalar, new Modifiers(List.of()));
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
        "indent what belongs to it; for example {eventName: CreateUser}");
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
    String field = key.split("\\|", -1)[0];
    Optional<Modifiers> read = Modifiers.read(key, place, problems);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    Modifiers modifiers = read.get();
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
      } else if (scalar.value() == null && (field.isEmpty() || !modifiers.allowNull())) {
        problems.error(
            scalar.place(),
            "NULL_VALUE",
            "'" + key + "' cannot be compared with null",
            field.isEmpty() ? "drop it" : "for a field that is missing write " + field + ": null");
        tests.add(Optional.empty());
      } else {
        tests.add(
            expanded(scalar, modifiers)
                .flatMap(
                    texts ->
                        any(texts.stream().map(text -> test(field, text, modifiers)).toList())));
      }
    }
    Optional<Predicate> joined = modifiers.has("all") ? all(tests) : any(tests);
    return modifiers.has("neq") ? joined.map(Predicate.Not::new) : joined;
  }

  /** The value, or with {@code expand} all that it stands for. */
  private Optional<List<YamlScalar>> expanded(YamlScalar scalar, Modifiers modifiers) {
    if (!modifiers.has("expand") || scalar.value() == null) {
      return Optional.of(List.of(scalar));
    }
    Placeholders.Expansion expansion =
        placeholders.expand(
            scalar.text(), modifiers.has("re") ? TextPattern::regex : UnaryOperator.identity());
    if (expansion instanceof Placeholders.Expansion.Missing missing) {
      lacksList = true;
      String near = Problems.didYouMean(missing.name(), placeholders.names());
      problems.note(
          scalar.place(),
          "NO_LIST",
          "no file says what %" + missing.name() + "% stands for, so this has no effect",
          near.isEmpty()
              ? "a document would: placeholders: {" + missing.name() + ": [VALUE]}"
              : near);
      return Optional.of(List.of());
    }
    if (expansion instanceof Placeholders.Expansion.Values values) {
      return Optional.of(
          values.texts().stream().map(text -> new YamlScalar(text, text, scalar.place())).toList());
    }
    return refuse(
        scalar,
        "TOO_MANY_VALUES",
        scalar.kind() + " stands for more than " + Placeholders.MAX_VALUES + " texts",
        "use a wildcard, or fewer placeholders in one value");
  }

  private Optional<Predicate> test(String field, YamlScalar scalar, Modifiers modifiers) {
    if (field.isEmpty()) {
      return keyword(scalar, modifiers);
    }
    int slot = fields.slot(field);
    if (modifiers.has("fieldref")) {
      return Optional.of(
          new Predicate.SameField(
              slot, fields.slot(scalar.text()), modifiers.anchoring(), modifiers.has("cased")));
    }
    return valueTests(scalar, modifiers, modifiers.anchoring())
        .map(tests -> or(tests.stream().map(test -> new Predicate.Field(slot, test)).toList()));
  }

  private Optional<Predicate> keyword(YamlScalar scalar, Modifiers modifiers) {
    return valueTests(scalar, modifiers, Anchoring.CONTAINS)
        .map(tests -> or(tests.stream().map(Predicate.Keyword::new).toList()));
  }

  /** Of which one must pass. */
  private Optional<List<ValueTest>> valueTests(
      YamlScalar scalar, Modifiers modifiers, Anchoring anchoring) {
    if (modifiers.has("exists")) {
      if (scalar.value() instanceof Boolean expected) {
        return Optional.of(List.of(new ValueTest.Exists(expected)));
      }
      return refuse(scalar, "EXISTS_NOT_BOOLEAN", "exists needs true or false", "");
    }
    if (scalar.value() == null) {
      return Optional.of(List.of(new ValueTest.IsNull()));
    }
    if (modifiers.has("re")) {
      return regex(scalar, modifiers);
    }
    if (modifiers.has("cidr")) {
      Optional<Cidr> cidr = Cidr.parse(scalar.text());
      return cidr.isPresent()
          ? Optional.of(List.of(new ValueTest.InNetwork(cidr.get())))
          : refuse(scalar, "BAD_CIDR", scalar.kind() + " is no network", "for example 10.0.0.0/8");
    }
    if (modifiers.timePart().isPresent()) {
      return timePart(scalar, modifiers.timePart().get(), modifiers.bound().orElse(Comparison.EQ));
    }
    return modifiers.bound().isPresent()
        ? compare(scalar, modifiers.bound().get())
        : texts(scalar, modifiers, anchoring);
  }

  private Optional<List<ValueTest>> texts(
      YamlScalar scalar, Modifiers modifiers, Anchoring anchoring) {
    boolean encoded = modifiers.isEncoded() || modifiers.isWide();
    List<String> written = List.of(scalar.text());
    if (modifiers.has("windash")) {
      written =
          encoded
              ? TextPattern.eachDash(scalar.text())
              : List.of(TextPattern.anyDash(scalar.text()));
    }
    if (written.isEmpty()) {
      return refuse(
          scalar,
          "TOO_MANY_VALUES",
          scalar.kind() + " has too many dashes to encode each in all its forms",
          "split the value");
    }
    if (modifiers.isEncoded() && TextPattern.plain(scalar.text()).isEmpty()) {
      return refuse(
          scalar,
          "WILDCARD_ENCODED",
          scalar.kind() + " has a wildcard, which Base64 cannot hold",
          "write a backslash before it, or split the value");
    }
    return Optional.of(
        written.stream()
            .map(text -> modifiers.has("utf16") ? BYTE_ORDER_MARK + text : text)
            .flatMap(
                text ->
                    modifiers.isEncoded()
                        ? EncodedText.base64(TextPattern.plain(text).orElseThrow(), modifiers)
                            .stream()
                        : Stream.of(text))
            .<ValueTest>map(text -> new ValueTest.Text(pattern(text, modifiers, anchoring)))
            .toList());
  }

  private static TextPattern pattern(String text, Modifiers modifiers, Anchoring anchoring) {
    return modifiers.isEncoded()
        ? TextPattern.of(text, anchoring, modifiers.has("cased"))
        : TextPattern.of(
            text, anchoring, modifiers.has("cased"), c -> EncodedText.wide(c, modifiers));
  }

  private Optional<List<ValueTest>> regex(YamlScalar scalar, Modifiers modifiers) {
    int flags =
        (modifiers.has("i") ? Pattern.CASE_INSENSITIVE : 0)
            | (modifiers.has("m") ? Pattern.MULTILINE : 0)
            | (modifiers.has("s") ? Pattern.DOTALL : 0);
    SafePattern.Refused refused = SafePattern.compile(scalar.text(), flags).refused();
    if (refused != null) {
      return refuse(scalar, refused.code(), refused.message(), refused.suggestion());
    }
    String anchored =
        switch (modifiers.anchoring()) {
          case STARTS_WITH -> "\\A(?:" + scalar.text() + ")";
          case ENDS_WITH -> "(?:" + scalar.text() + ")\\z";
          case WHOLE, CONTAINS -> scalar.text();
        };
    return Optional.of(List.of(new ValueTest.Regex(Pattern.compile(anchored, flags))));
  }

  private Optional<List<ValueTest>> compare(YamlScalar scalar, Comparison comparison) {
    try {
      return Optional.of(List.of(new ValueTest.Compare(comparison, new BigDecimal(scalar.text()))));
    } catch (NumberFormatException e) {
      return refuse(scalar, "NOT_A_NUMBER", scalar.kind() + " is no number", "");
    }
  }

  private Optional<List<ValueTest>> timePart(
      YamlScalar scalar, TimePart part, Comparison comparison) {
    if (!scalar.text().matches("\\d{1,4}")
        || Long.parseLong(scalar.text()) < part.min()
        || Long.parseLong(scalar.text()) > part.max()) {
      return refuse(
          scalar,
          "NO_TIME_PART",
          scalar.kind() + " is no " + part.name().toLowerCase(Locale.ROOT),
          "a whole number from %d to %d".formatted(part.min(), part.max()));
    }
    return Optional.of(
        List.of(new ValueTest.Time(part, comparison, Long.parseLong(scalar.text()))));
  }

  private <T> Optional<T> refuse(
      YamlScalar scalar, String code, String message, String suggestion) {
    problems.error(scalar.place(), code, message, suggestion);
    return Optional.empty();
  }

  private static Predicate or(List<? extends Predicate> parts) {
    return parts.size() == 1 ? parts.get(0) : new Predicate.Or(List.copyOf(parts));
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
