package io.vigie.rules;

import io.vigie.rules.detection.DetectionReader;
import io.vigie.rules.detection.Fields;
import io.vigie.rules.detection.Placeholders;
import io.vigie.rules.detection.Predicate;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One more condition for detection rules of any file: what they match must fulfil it as well, so
 * {@code condition: not selection} leaves out what the selection describes. A filter is about the
 * rules that it names, or all of its log source. Source: Sigma filters specification 2.1.0, and its
 * reading by pySigma.
 *
 * @param rules ids or names; empty for all of the log source
 * @param logSource what it names of product, category and service
 * @param problems of its file
 */
record RuleFilter(
    List<YamlScalar> rules,
    Map<String, String> logSource,
    Predicate predicate,
    Problems.OfFile problems,
    Place place) {

  private static final String FILTER = "filter";
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
          "taxonomy",
          "license",
          "related",
          "tags",
          "logsource",
          FILTER);
  private static final String RULES = "rules";
  private static final String EXAMPLE =
      "for example filter: {rules: [RULE], selection: {user: backup}, condition: not selection}";

  static boolean isFilter(YamlMap document) {
    return document.get(FILTER).isPresent();
  }

  /** Empty where there is a problem; all of them are reported. */
  static Optional<RuleFilter> read(
      YamlMap document, Fields fields, Placeholders placeholders, Problems.OfFile problems) {
    Keys.check(document, KEYS, problems);
    if (!(document.get(FILTER).orElse(null) instanceof YamlMap body)) {
      problems.error(document.placeOf(FILTER), "NO_FILTER", "a filter is a map", EXAMPLE);
      return Optional.empty();
    }
    Optional<List<YamlScalar>> rules = rules(body, problems);
    Optional<Map<String, String>> logSource = logSource(document, problems);
    Map<String, Entry> detection = new LinkedHashMap<>(body.entries());
    detection.remove(RULES);
    Optional<Predicate> predicate =
        DetectionReader.read(new YamlMap(detection, body.place()), fields, placeholders, problems);
    warnOfKeeping(body, problems);
    return rules.isEmpty() || logSource.isEmpty()
        ? Optional.empty()
        : predicate.map(
            condition ->
                new RuleFilter(
                    rules.get(), logSource.get(), condition, problems, body.placeOf(RULES)));
  }

  private static Optional<List<YamlScalar>> rules(YamlMap body, Problems.OfFile problems) {
    YamlValue value = body.get(RULES).orElse(null);
    List<YamlScalar> named = new ArrayList<>();
    for (YamlValue item : value instanceof YamlList list ? list.items() : listOf(value)) {
      if (!(item instanceof YamlScalar scalar) || scalar.value() == null) {
        named.clear();
        break;
      }
      named.add(scalar);
    }
    if (named.isEmpty()) {
      problems.error(
          body.placeOf(RULES),
          "NO_RULES",
          "'rules' names no rule",
          "name ids or names, or write any for all rules of the log source");
      return Optional.empty();
    }
    boolean all =
        !(value instanceof YamlList) && Set.of("any", "all").contains(named.get(0).text());
    return Optional.of(all ? List.of() : named);
  }

  private static List<YamlValue> listOf(@Nullable YamlValue value) {
    return value == null ? List.of() : List.of(value);
  }

  private static Optional<Map<String, String>> logSource(
      YamlMap document, Problems.OfFile problems) {
    Map<String, String> named = new LinkedHashMap<>();
    if (document.get("logsource").orElse(null) instanceof YamlMap logSource) {
      Keys.check(logSource, RuleReader.LOG_SOURCE_KEYS, problems);
      for (String key : List.of("product", "category", "service")) {
        String text = Keys.nullableText(logSource, key);
        if (text != null) {
          named.put(key, text);
        }
      }
    }
    if (named.isEmpty()) {
      problems.error(
          document.placeOf("logsource"),
          "NO_LOGSOURCE",
          "a filter names the log source of its rules",
          "for example logsource: {product: aws, service: cloudtrail}");
      return Optional.empty();
    }
    return Optional.of(named);
  }

  /** Many write what is to be left out as the condition, and get the opposite. */
  private static void warnOfKeeping(YamlMap body, Problems.OfFile problems) {
    String condition = Keys.text(body, "condition");
    if (!condition.isEmpty() && !condition.matches("(?is).*\\bnot\\b.*")) {
      problems.warn(
          body.placeOf("condition"),
          "FILTER_KEEPS",
          "the rules then match only what fulfils '" + condition + "'",
          "to leave that out write not (" + condition + ")");
    }
  }

  /** The files' rules with all filters of all files. */
  static List<RuleReader.Content> apply(List<RuleReader.Content> files) {
    List<Rule> all = files.stream().flatMap(file -> file.rules().stream()).toList();
    IdentityHashMap<Rule, List<Predicate>> added = new IdentityHashMap<>();
    for (RuleReader.Content file : files) {
      for (RuleFilter filter : file.filters()) {
        for (Rule.Detection rule : filter.targets(file.rules(), all)) {
          if (!filter.predicate.isNever()) {
            added.computeIfAbsent(rule, key -> new ArrayList<>()).add(filter.predicate);
          }
        }
      }
    }
    return files.stream()
        .map(
            file ->
                new RuleReader.Content(
                    file.rules().stream()
                        .map(rule -> filtered(rule, added.getOrDefault(rule, List.of())))
                        .toList(),
                    file.filters(),
                    file.tests()))
        .toList();
  }

  private static Rule filtered(Rule rule, List<Predicate> filters) {
    if (filters.isEmpty() || !(rule instanceof Rule.Detection detection)) {
      return rule;
    }
    List<Predicate> parts = new ArrayList<>();
    parts.add(detection.predicate());
    parts.addAll(filters);
    return detection.predicate().isNever() ? rule : detection.with(new Predicate.And(parts));
  }

  /** Problems with them are reported. */
  private List<Rule.Detection> targets(List<Rule> file, List<Rule> all) {
    List<Rule.Detection> targets = new ArrayList<>();
    if (rules.isEmpty()) {
      detections(all).filter(this::isAbout).forEach(targets::add);
    }
    for (YamlScalar name : rules) {
      Optional<Rule> named = find(name.text(), file).or(() -> find(name.text(), all));
      if (named.isEmpty()) {
        problems.error(
            name.place(),
            "UNKNOWN_RULE",
            "it names the rule '" + name.text() + "', which is not there or has problems itself",
            Problems.didYouMean(
                name.text(),
                all.stream()
                    .flatMap(rule -> Stream.of(rule.header().name(), rule.header().id()))
                    .toList()));
      } else if (named.get() instanceof Rule.Correlation correlation) {
        problems.error(
            name.place(),
            "FILTER_OF_CORRELATION",
            "'" + name.text() + "' is a correlation, which looks at no event itself",
            "filter what it names: " + String.join(", ", correlation.rules()));
      } else if (named.get() instanceof Rule.Detection detection) {
        if (isAbout(detection)) {
          targets.add(detection);
        } else {
          problems.error(
              name.place(),
              "FILTER_LOGSOURCE",
              "'%s' is about %s, the filter about %s"
                  .formatted(name.text(), text(logSourceOf(detection)), text(logSource)),
              "name no more of the log source than the rules have in common");
        }
      }
    }
    return targets;
  }

  private static Stream<Rule.Detection> detections(List<Rule> rules) {
    return rules.stream().filter(Rule.Detection.class::isInstance).map(Rule.Detection.class::cast);
  }

  private static Optional<Rule> find(String name, List<Rule> rules) {
    return rules.stream()
        .filter(rule -> rule.header().name().equals(name) || rule.header().id().equals(name))
        .findFirst();
  }

  /** Whether the rule's log source is all that the filter's says. */
  private boolean isAbout(Rule.Detection rule) {
    return logSourceOf(rule).entrySet().containsAll(logSource.entrySet());
  }

  private static Map<String, String> logSourceOf(Rule.Detection rule) {
    Map<String, String> named = new LinkedHashMap<>();
    put(named, "product", rule.product());
    put(named, "category", rule.category());
    put(named, "service", rule.service());
    return named;
  }

  private static void put(Map<String, String> named, String key, @Nullable String value) {
    if (value != null) {
      named.put(key, value);
    }
  }

  private static String text(Map<String, String> logSource) {
    return logSource.entrySet().stream().map(Objects::toString).collect(Collectors.joining(" "));
  }
}
