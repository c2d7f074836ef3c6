package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.correlation.CountCondition;
import io.vigie.rules.correlation.CountCondition.Bound;
import io.vigie.rules.correlation.CountCondition.Operator;
import io.vigie.rules.detection.DetectionReader;
import io.vigie.rules.detection.Fields;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTestReader;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the documents of one rule file. Source: Sigma specifications 2.1.0. */
final class RuleReader {
  private static final Set<String> KEYS =
      Set.of(
          "title",
          "id",
          "name",
          "status",
          "description",
          "references",
          "author",
          "date",
          "modified",
          "logsource",
          "detection",
          "fields",
          "falsepositives",
          "level",
          "tags",
          "correlation",
          "tests",
          "taxonomy",
          "related",
          "license",
          "scope",
          "version",
          "sigma-version",
          "custom");
  private static final Set<String> CORRELATION_KEYS =
      Set.of("type", "rules", "group-by", "timespan", "condition", "generate", "suppress");

  private final Fields fields;
  private final Problems.OfFile problems;
  private final List<Rule> rules = new ArrayList<>();
  private final List<RuleTest> tests = new ArrayList<>();

  private RuleReader(Fields fields, Problems.OfFile problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /**
   * What one file holds.
   *
   * @param rules those without problems
   */
  record Content(List<Rule> rules, List<RuleTest> tests) {}

  static Content read(RulePack.File file, Fields fields, Problems.OfFile problems) {
    RuleReader reader = new RuleReader(fields, problems);
    for (YamlValue document : YamlReader.read(file.yaml(), problems)) {
      if (document instanceof YamlMap map) {
        reader.readDocument(map);
      } else {
        problems.error(document.place(), "NO_RULE", "a rule is a map, not " + document.kind(), "");
      }
    }
    return new Content(reader.rules, reader.tests);
  }

  private void readDocument(YamlMap map) {
    checkKeys(map, KEYS);
    Optional<RuleHeader> header = header(map);
    map.get("tests").ifPresent(value -> tests.addAll(new RuleTestReader(problems).read(value)));
    YamlValue detection = map.get("detection").orElse(null);
    YamlValue correlation = map.get("correlation").orElse(null);
    if (header.isEmpty()) {
      return;
    }
    if (detection instanceof YamlMap body && correlation == null) {
      detection(header.get(), map, body).ifPresent(rules::add);
    } else if (correlation instanceof YamlMap body && detection == null) {
      correlation(header.get(), body).ifPresent(rules::add);
    } else {
      problems.error(
          map.place(),
          "NO_RULE",
          "a rule has either a 'detection' or a 'correlation', and it is a map",
          "");
    }
  }

  private Optional<RuleHeader> header(YamlMap map) {
    String id = text(map, "id");
    String name = text(map, "name");
    if (id.isEmpty() && name.isEmpty()) {
      problems.error(
          map.place(), "NO_ID", "the rule has neither id nor name", "give it an id: a UUID");
      return Optional.empty();
    }
    String title = text(map, "title");
    if (title.isEmpty() && name.isEmpty()) {
      problems.warn(map.place(), "NO_TITLE", "the rule has no title", "say what it finds");
    }
    return level(map)
        .map(
            level ->
                new RuleHeader(
                    id.isEmpty() ? name : id,
                    name.isEmpty() ? id : name,
                    title.isEmpty() ? (name.isEmpty() ? id : name) : title,
                    text(map, "description"),
                    level,
                    text(map, "status"),
                    text(map, "version").isEmpty() ? "1" : text(map, "version"),
                    text(map, "author"),
                    texts(map, "references"),
                    texts(map, "tags"),
                    texts(map, "falsepositives"),
                    problems.file(),
                    map.place()));
  }

  private Optional<Level> level(YamlMap map) {
    String written = text(map, "level");
    if (written.isEmpty()) {
      return Optional.of(Level.MEDIUM);
    }
    for (Level level : Level.values()) {
      if (level.name().toLowerCase(Locale.ROOT).equals(written)) {
        return Optional.of(level);
      }
    }
    problems.error(
        map.placeOf("level"),
        "UNKNOWN_LEVEL",
        "'" + written + "' is no level",
        "one of informational, low, medium, high, critical");
    return Optional.empty();
  }

  private Optional<Rule> detection(RuleHeader header, YamlMap map, YamlMap body) {
    if (!(map.get("logsource").orElse(null) instanceof YamlMap logSource)) {
      problems.error(
          map.placeOf("logsource"),
          "NO_LOGSOURCE",
          "a detection rule names its log source",
          "for example logsource: {product: aws, service: cloudtrail}");
      return Optional.empty();
    }
    checkKeys(logSource, Set.of("product", "category", "service", "definition"));
    return DetectionReader.read(body, fields, problems)
        .map(
            predicate ->
                new Rule.Detection(
                    header,
                    nullableText(logSource, "product"),
                    nullableText(logSource, "category"),
                    nullableText(logSource, "service"),
                    predicate));
  }

  private Optional<Rule> correlation(RuleHeader header, YamlMap body) {
    checkKeys(body, CORRELATION_KEYS);
    Optional<CorrelationType> type = type(body);
    Optional<Duration> timespan = timespan(body, "timespan");
    List<String> named = texts(body, "rules");
    if (named.isEmpty()) {
      problems.error(body.placeOf("rules"), "NO_RULES", "'rules' names no rule", "");
    }
    if (Set.copyOf(named).size() < named.size()) {
      problems.error(
          body.placeOf("rules"),
          "RULE_NAMED_TWICE",
          "'rules' names a rule twice",
          "count it with an event_count correlation and name that one");
      return Optional.empty();
    }
    Optional<Optional<CountCondition>> condition = type.flatMap(t -> condition(t, body));
    Optional<Duration> suppress =
        body.get("suppress").isPresent() ? timespan(body, "suppress") : timespan;
    if (type.isEmpty()
        || timespan.isEmpty()
        || named.isEmpty()
        || condition.isEmpty()
        || suppress.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Rule.Correlation(
            header,
            type.get(),
            named,
            texts(body, "group-by"),
            timespan.get(),
            condition.get().orElse(null),
            body.get("generate").map(YamlValue::plain).filter(Boolean.TRUE::equals).isPresent(),
            suppress.get()));
  }

  private Optional<CorrelationType> type(YamlMap body) {
    String written = text(body, "type");
    Optional<CorrelationType> type = CorrelationType.of(written);
    if (type.isEmpty()) {
      String near = Problems.didYouMean(written, CorrelationType.words());
      problems.error(
          body.placeOf("type"),
          "UNKNOWN_CORRELATION_TYPE",
          "'" + written + "' is no correlation type",
          near.isEmpty() ? "one of " + String.join(", ", CorrelationType.words()) : near);
    }
    return type;
  }

  private Optional<Duration> timespan(YamlMap body, String key) {
    Optional<Duration> span = Timespan.parse(text(body, key)).filter(s -> !s.isZero());
    if (span.isEmpty()) {
      problems.error(
          body.placeOf(key),
          "BAD_TIMESPAN",
          "'" + key + "' must be a span of time",
          "for example 30s, 10m, 12h or 7d");
    }
    return span;
  }

  /** Empty where there is a problem; an empty condition where the type has none. */
  private Optional<Optional<CountCondition>> condition(CorrelationType type, YamlMap body) {
    YamlValue written = body.get("condition").orElse(null);
    if (!type.counts()) {
      if (written != null) {
        problems.error(
            body.placeOf("condition"),
            "CONDITION_NOT_COUNTING",
            "a correlation of type " + type.word() + " has no condition",
            "drop it, or count with an event_count correlation");
        return Optional.empty();
      }
      return Optional.of(Optional.empty());
    }
    if (!(written instanceof YamlMap map)) {
      problems.error(
          body.placeOf("condition"),
          "NO_CONDITION",
          "a correlation of type " + type.word() + " needs a condition",
          "for example condition: {gte: 5}");
      return Optional.empty();
    }
    List<Bound> bounds = new ArrayList<>();
    boolean sound = true;
    for (Map.Entry<String, YamlValue.Entry> entry : map.entries().entrySet()) {
      if (!entry.getKey().equals("field")) {
        Optional<Bound> bound = bound(entry.getKey(), entry.getValue());
        bound.ifPresent(bounds::add);
        sound &= bound.isPresent();
      }
    }
    List<String> counted = texts(map, "field");
    if (type == CorrelationType.EVENT_COUNT && !counted.isEmpty()) {
      problems.error(
          map.placeOf("field"),
          "FIELD_NOT_COUNTED",
          "event_count counts events, not the values of a field",
          "drop 'field', or write type: value_count");
      sound = false;
    }
    if (sound && bounds.isEmpty()) {
      problems.error(map.place(), "NO_BOUND", "the condition has no number", "for example gte: 5");
      sound = false;
    }
    if (type == CorrelationType.VALUE_COUNT && counted.isEmpty()) {
      problems.error(
          map.place(), "NO_FIELD", "value_count needs the field to count", "add field: NAME");
      sound = false;
    }
    return sound ? Optional.of(Optional.of(new CountCondition(bounds, counted))) : Optional.empty();
  }

  private Optional<Bound> bound(String key, YamlValue.Entry entry) {
    for (Operator operator : Operator.values()) {
      if (operator.name().toLowerCase(Locale.ROOT).equals(key)) {
        if (entry.value() instanceof YamlScalar scalar && scalar.value() instanceof Long number) {
          return Optional.of(new Bound(operator, number));
        }
        problems.error(
            entry.value().place(), "NOT_A_NUMBER", "'" + key + "' needs a whole number", "");
        return Optional.empty();
      }
    }
    problems.error(
        entry.place(),
        "UNKNOWN_OPERATOR",
        "'" + key + "' is no operator",
        "one of gt, gte, lt, lte, eq, neq, field");
    return Optional.empty();
  }

  private void checkKeys(YamlMap map, Set<String> known) {
    for (String key : map.entries().keySet()) {
      if (!known.contains(key)) {
        problems.warn(
            map.placeOf(key),
            "UNKNOWN_KEY",
            "the key '" + key + "' is not known and has no effect",
            Problems.didYouMean(key, known));
      }
    }
  }

  private static String text(YamlMap map, String key) {
    String text = nullableText(map, key);
    return text == null ? "" : text;
  }

  private static @Nullable String nullableText(YamlMap map, String key) {
    return map.get(key).orElse(null) instanceof YamlScalar scalar && scalar.value() != null
        ? scalar.text()
        : null;
  }

  private static List<String> texts(YamlMap map, String key) {
    YamlValue value = map.get(key).orElse(null);
    if (value instanceof YamlList list) {
      return list.items().stream()
          .filter(YamlScalar.class::isInstance)
          .map(item -> ((YamlScalar) item).text())
          .toList();
    }
    String text = nullableText(map, key);
    return text == null ? List.of() : List.of(text);
  }
}
