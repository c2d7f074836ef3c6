package io.vigie.rules;

import io.vigie.rules.detection.DetectionReader;
import io.vigie.rules.detection.Fields;
import io.vigie.rules.detection.Placeholders;
import io.vigie.rules.testing.RuleTest;
import io.vigie.rules.testing.RuleTestReader;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the documents of one rule file. Source: Sigma specifications 2.1.0. */
final class RuleReader {
  static final Set<String> LOG_SOURCE_KEYS = Set.of("product", "category", "service", "definition");
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

  private static final String PLACEHOLDERS = "placeholders";

  private final Fields fields;
  private final Placeholders placeholders;
  private final Problems.OfFile problems;
  private final List<Rule> rules = new ArrayList<>();
  private final List<RuleFilter> filters = new ArrayList<>();
  private final List<RuleTest> tests = new ArrayList<>();

  private RuleReader(Fields fields, Placeholders placeholders, Problems.OfFile problems) {
    this.fields = fields;
    this.placeholders = placeholders;
    this.problems = problems;
  }

  /**
   * What one file holds.
   *
   * @param rules those without problems
   */
  record Content(List<Rule> rules, List<RuleFilter> filters, List<RuleTest> tests) {}

  /**
   * What each file of the pack holds. Lists of values are known in all files, and filters are about
   * the rules of all files.
   */
  static List<Content> readAll(RulePack pack, Fields fields, Problems problems) {
    Placeholders placeholders = new Placeholders();
    List<List<YamlValue>> files = new ArrayList<>();
    for (RulePack.File file : pack.files()) {
      Problems.OfFile ofFile = problems.of(file.name());
      List<YamlValue> documents = YamlReader.read(file.yaml(), ofFile);
      documents.forEach(document -> readPlaceholders(document, placeholders, ofFile));
      files.add(documents);
    }
    List<Content> contents = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Problems.OfFile ofFile = problems.of(pack.files().get(i).name());
      RuleReader reader = new RuleReader(fields, placeholders, ofFile);
      files.get(i).forEach(reader::readDocument);
      contents.add(new Content(reader.rules, reader.filters, reader.tests));
    }
    return RuleFilter.apply(contents);
  }

  /** The lists of values of all files; what is wrong with them is told by who reads the rules. */
  static Placeholders placeholders(RulePack pack) {
    Placeholders placeholders = new Placeholders();
    for (RulePack.File file : pack.files()) {
      Problems.OfFile ofFile = new Problems().of(file.name());
      YamlReader.read(file.yaml(), ofFile)
          .forEach(document -> readPlaceholders(document, placeholders, ofFile));
    }
    return placeholders;
  }

  private static void readPlaceholders(
      YamlValue document, Placeholders placeholders, Problems.OfFile problems) {
    if (!isPlaceholders(document)) {
      return;
    }
    YamlMap map = (YamlMap) document;
    Keys.check(map, Set.of(PLACEHOLDERS, "title", "description"), problems);
    if (!(map.get(PLACEHOLDERS).orElse(null) instanceof YamlMap lists)) {
      problems.error(
          map.placeOf(PLACEHOLDERS),
          "NO_LISTS",
          "'placeholders' must be a map of names to lists",
          "for example placeholders: {Administrators: [alice, bob]}");
      return;
    }
    lists
        .entries()
        .forEach(
            (name, entry) -> {
              List<YamlValue> items =
                  entry.value() instanceof YamlList list ? list.items() : List.of(entry.value());
              List<String> values = Keys.texts(lists, name);
              if (values.size() < items.size()) {
                problems.error(
                    entry.place(),
                    "VALUE_NOT_PLAIN",
                    "the list '" + name + "' must hold plain values only",
                    "for example [alice, bob]");
              }
              placeholders.add(name, values, entry.place(), problems);
            });
  }

  private static boolean isPlaceholders(YamlValue document) {
    return document instanceof YamlMap map && map.get(PLACEHOLDERS).isPresent();
  }

  private void readDocument(YamlValue document) {
    if (isPlaceholders(document)) {
      return;
    }
    if (document instanceof YamlMap map) {
      readDocument(map);
    } else {
      problems.error(document.place(), "NO_RULE", "a rule is a map, not " + document.kind(), "");
    }
  }

  private void readDocument(YamlMap map) {
    if (RuleFilter.isFilter(map)) {
      RuleFilter.read(map, fields, placeholders, problems).ifPresent(filters::add);
      return;
    }
    Keys.check(map, KEYS, problems);
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
      new CorrelationReader(problems).read(header.get(), body).ifPresent(rules::add);
    } else {
      problems.error(
          map.place(),
          "NO_RULE",
          "a rule has either a 'detection' or a 'correlation', and it is a map",
          "");
    }
  }

  private Optional<RuleHeader> header(YamlMap map) {
    String id = Keys.text(map, "id");
    String name = Keys.text(map, "name");
    if (id.isEmpty() && name.isEmpty()) {
      problems.error(
          map.place(), "NO_ID", "the rule has neither id nor name", "give it an id: a UUID");
      return Optional.empty();
    }
    String title = Keys.text(map, "title");
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
                    Keys.text(map, "description"),
                    level,
                    Keys.text(map, "status"),
                    Keys.text(map, "version").isEmpty() ? "1" : Keys.text(map, "version"),
                    Keys.text(map, "author"),
                    Keys.texts(map, "references"),
                    Keys.texts(map, "tags"),
                    Keys.texts(map, "falsepositives"),
                    problems.file(),
                    map.place()));
  }

  private Optional<Level> level(YamlMap map) {
    String written = Keys.text(map, "level");
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
    Keys.check(logSource, LOG_SOURCE_KEYS, problems);
    return DetectionReader.read(body, fields, placeholders, problems)
        .map(
            predicate ->
                new Rule.Detection(
                    header,
                    Keys.nullableText(logSource, "product"),
                    Keys.nullableText(logSource, "category"),
                    Keys.nullableText(logSource, "service"),
                    predicate));
  }
}
