package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.rules.RulePack;
import io.vigie.rules.detection.DetectionReader;
import io.vigie.rules.detection.Fields;
import io.vigie.rules.detection.Placeholders;
import io.vigie.rules.detection.Predicate;
import io.vigie.rules.detection.PredicateText;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All documents of the rule files, and how they name each other. */
final class RuleDocuments {
  private static final Set<String> NO_SELECTIONS = Set.of("condition", "timeframe", "rules");

  private static final Pattern BETWEEN_NAMES =
      Pattern.compile("[\\s()]+(?:(?:and|or|not)[\\s()]+)*", Pattern.CASE_INSENSITIVE);

  private final List<RuleDocument> all = new ArrayList<>();
  private final Map<String, List<RuleDocument>> byFile = new HashMap<>();
  private final Map<String, List<RuleDocument>> byCall = new HashMap<>();
  private final Map<String, List<RuleDocument>> members = new HashMap<>();
  private final Map<String, List<RuleDocument>> users = new HashMap<>();
  private final Placeholders placeholders = new Placeholders();
  private final Fields fields = new Fields();
  private final PredicateText text;

  /** Documents that cannot be read are left out: whoever reads the rules tells why. */
  RuleDocuments(RulePack pack) {
    Map<String, List<YamlMap>> files = new LinkedHashMap<>();
    for (RulePack.File file : pack.files()) {
      List<YamlMap> maps =
          YamlReader.read(file.yaml(), new Problems().of(file.name())).stream()
              .filter(YamlMap.class::isInstance)
              .map(YamlMap.class::cast)
              .toList();
      maps.forEach(this::readPlaceholders);
      files.put(file.name(), maps);
    }
    files.forEach(
        (file, maps) -> {
          for (int position = 0; position < maps.size(); position++) {
            add(document(file, position, maps.get(position), pack));
          }
        });
    all.forEach(this::link);
    text = new PredicateText(fields.names());
  }

  private void readPlaceholders(YamlMap document) {
    RuleDocument.map(document, "placeholders")
        .ifPresent(
            lists ->
                lists
                    .entries()
                    .forEach(
                        (name, entry) ->
                            placeholders.add(
                                name,
                                RuleDocument.scalars(entry.value()).stream()
                                    .map(YamlScalar::text)
                                    .toList(),
                                entry.place(),
                                new Problems().of("lint"))));
  }

  private void add(RuleDocument document) {
    all.add(document);
    byFile.computeIfAbsent(document.file(), file -> new ArrayList<>()).add(document);
    for (String call : document.calls()) {
      byCall.computeIfAbsent(call, name -> new ArrayList<>()).add(document);
    }
  }

  private void link(RuleDocument document) {
    List<RuleDocument> named =
        document.correlation().map(RuleDocuments::names).orElse(List.of()).stream()
            .flatMap(name -> find(name.text(), document).stream())
            .toList();
    members.put(document.key(), named);
    for (RuleDocument member : named) {
      users.computeIfAbsent(member.key(), key -> new ArrayList<>()).add(document);
    }
  }

  private RuleDocument document(String file, int position, YamlMap map, RulePack pack) {
    Optional<YamlMap> detection =
        RuleDocument.map(map, "detection").or(() -> RuleDocument.map(map, "filter"));
    List<LogSource> sources =
        detection.isEmpty()
            ? List.of()
            : RuleDocument.map(map, "logsource")
                .map(
                    names ->
                        pack.sources()
                            .serving(
                                named(names, "product"),
                                named(names, "category"),
                                named(names, "service")))
                .orElse(List.of());
    List<RuleDocument.Part> selections = new ArrayList<>();
    List<RuleDocument.Part> conditions = new ArrayList<>();
    detection.ifPresent(
        body -> {
          body.entries()
              .forEach(
                  (name, entry) -> {
                    if (!NO_SELECTIONS.contains(name)) {
                      selections.add(selection(name, entry));
                    }
                  });
          for (YamlScalar condition : RuleDocument.scalars(body, "condition")) {
            conditions.add(
                new RuleDocument.Part(
                    condition.text(),
                    condition.place(),
                    condition,
                    compile(body, condition).orElse(null)));
          }
        });
    return new RuleDocument(file, position, map, sources, selections, conditions);
  }

  private static @Nullable String named(YamlMap names, String key) {
    return names.get(key).map(YamlValue::plain).map(String::valueOf).orElse(null);
  }

  private RuleDocument.Part selection(String name, Entry entry) {
    Map<String, Entry> only = new LinkedHashMap<>();
    only.put("selection", entry);
    Place place = entry.place();
    return new RuleDocument.Part(
        name,
        place,
        entry.value(),
        compile(new YamlMap(only, place), new YamlScalar("selection", "selection", place))
            .orElse(null));
  }

  /** The predicate of one condition over the selections of a detection. */
  private Optional<Predicate> compile(YamlMap detection, YamlScalar condition) {
    Map<String, Entry> entries = new LinkedHashMap<>(detection.entries());
    entries.put("condition", new Entry(condition, condition.place()));
    return DetectionReader.read(
        new YamlMap(entries, detection.place()), fields, placeholders, new Problems().of("lint"));
  }

  List<RuleDocument> all() {
    return all;
  }

  /** Fields that the documents' predicates look at. */
  Fields fields() {
    return fields;
  }

  /** Predicates of the documents in words. */
  PredicateText text() {
    return text;
  }

  /** Documents that have this name or id, in the order of the files. */
  List<RuleDocument> called(String nameOrId) {
    return byCall.getOrDefault(nameOrId, List.of());
  }

  /** All documents of a file. */
  List<RuleDocument> ofFile(String file) {
    return byFile.getOrDefault(file, List.of());
  }

  /** The document that a document names: in its own file, else in all. */
  private Optional<RuleDocument> find(String name, RuleDocument from) {
    return called(name).stream()
        .filter(document -> document.file().equals(from.file()))
        .findFirst()
        .or(() -> called(name).stream().findFirst());
  }

  /** Names of the rules that a correlation looks at; its condition has them where no list has. */
  static List<YamlScalar> names(YamlMap correlation) {
    List<YamlScalar> names = new ArrayList<>(RuleDocument.scalars(correlation, "rules"));
    if (names.isEmpty() && correlation.get("condition").orElse(null) instanceof YamlScalar text) {
      BETWEEN_NAMES
          .splitAsStream(text.text())
          .filter(name -> !name.isEmpty())
          .forEach(name -> names.add(new YamlScalar(name, name, text.place())));
    }
    names.addAll(RuleDocument.scalars(correlation, "until"));
    return names;
  }

  /** The rules that a correlation names. */
  List<RuleDocument> members(RuleDocument document) {
    return members.getOrDefault(document.key(), List.of());
  }

  /** The correlations that name a document. */
  List<RuleDocument> users(RuleDocument document) {
    return users.getOrDefault(document.key(), List.of());
  }

  /** Whether a document makes alerts of its own. */
  boolean alerts(RuleDocument document) {
    return users(document).stream()
        .allMatch(
            user ->
                user.correlation()
                    .map(correlation -> RuleDocument.text(correlation, "generate").equals("true"))
                    .orElse(true));
  }

  /** The detection rules below a correlation, or the detection rule itself. */
  private List<RuleDocument> detections(RuleDocument document) {
    return Stream.concat(Stream.of(document), below(document).stream())
        .filter(RuleDocument::isDetection)
        .toList();
  }

  /** All rules that a correlation names, and that those name, each once. */
  List<RuleDocument> below(RuleDocument document) {
    Map<String, RuleDocument> seen = new LinkedHashMap<>();
    collect(document, seen);
    return seen.values().stream().skip(1).toList();
  }

  private void collect(RuleDocument document, Map<String, RuleDocument> seen) {
    if (seen.put(document.key(), document) == null) {
      members(document).forEach(member -> collect(member, seen));
    }
  }

  /** The log sources that a rule or a filter reads. */
  Set<LogSource> sources(RuleDocument document) {
    Set<LogSource> sources = new LinkedHashSet<>(document.sources());
    detections(document).forEach(detection -> sources.addAll(detection.sources()));
    return sources;
  }
}
