package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code correlation} part of a rule. Source: Sigma correlations 2.1.0. */
final class CorrelationReader {
  private static final Set<String> KEYS =
      Set.of(
          "type",
          "rules",
          "group-by",
          "aliases",
          "timespan",
          "condition",
          "generate",
          "suppress",
          "until",
          "at-least",
          "fields",
          "learning",
          "epl",
          "numbers");

  /** A history of more days than that is for a database. */
  private static final Duration MAX_TIMESPAN = Duration.ofDays(90);

  private final Problems.OfFile problems;

  CorrelationReader(Problems.OfFile problems) {
    this.problems = problems;
  }

  /** Empty where there is a problem; all of them are reported. */
  Optional<Rule> read(RuleHeader header, YamlMap body) {
    Keys.check(body, KEYS, problems);
    Optional<CorrelationType> type = type(body);
    Optional<Duration> timespan = timespan(body, "timespan");
    Optional<List<String>> rules = rules(body);
    Optional<Duration> suppress = suppress(type, timespan, body);
    Optional<Map<String, Map<String, String>>> aliases =
        rules.flatMap(named -> aliases(body, named));
    if (type.isEmpty() || timespan.isEmpty() || rules.isEmpty()) {
      return Optional.empty();
    }
    boolean fits = keysFit(type.get(), body);
    Optional<CorrelationCondition> condition =
        condition(type.get(), rules.get(), timespan.get(), body);
    if (!fits || condition.isEmpty() || suppress.isEmpty() || aliases.isEmpty()) {
      return Optional.empty();
    }
    List<String> until = Keys.texts(body, "until");
    if (!until.isEmpty() && condition.get().waits()) {
      problems.error(
          body.placeOf("until"),
          "UNTIL_AND_ABSENCE",
          "a correlation that waits for something not to happen has no 'until'",
          "name that rule in the condition: and not " + until.get(0));
      return Optional.empty();
    }
    return Optional.of(
        new Rule.Correlation(
            header,
            type.get(),
            rules.get(),
            until,
            Keys.texts(body, "group-by"),
            aliases.get(),
            timespan.get(),
            condition.get(),
            body.get("generate").map(YamlValue::plain).filter(Boolean.TRUE::equals).isPresent(),
            suppress.get()));
  }

  /** Nothing is new twice within a timespan, so that there is nothing to join. */
  private Optional<Duration> suppress(
      Optional<CorrelationType> type, Optional<Duration> timespan, YamlMap body) {
    if (type.isPresent() && type.get() == CorrelationType.NEW_TERMS) {
      return Optional.of(Duration.ZERO);
    }
    return body.get("suppress").isPresent() ? timespan(body, "suppress") : timespan;
  }

  private Optional<CorrelationType> type(YamlMap body) {
    String written = Keys.text(body, "type");
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

  /** A temporal condition names its rules itself where there is no list of them. */
  private Optional<List<String>> rules(YamlMap body) {
    List<String> named = Keys.texts(body, "rules");
    if (named.isEmpty() && body.get("condition").orElse(null) instanceof YamlScalar condition) {
      named = TemporalConditionReader.names(condition.text());
    }
    if (named.isEmpty()) {
      problems.error(body.placeOf("rules"), "NO_RULES", "'rules' names no rule", "");
      return Optional.empty();
    }
    List<String> all = new ArrayList<>(named);
    all.addAll(Keys.texts(body, "until"));
    if (Set.copyOf(all).size() < all.size()) {
      problems.error(
          body.placeOf("rules"),
          "RULE_NAMED_TWICE",
          "'rules' and 'until' name a rule twice",
          "ask for several matches of it with at-least: {NAME: 2}");
      return Optional.empty();
    }
    return Optional.of(named);
  }

  private Optional<Duration> timespan(YamlMap body, String key) {
    Optional<Duration> span = Timespan.parse(Keys.text(body, key)).filter(s -> !s.isZero());
    if (span.isEmpty()) {
      problems.error(
          body.placeOf(key),
          "BAD_TIMESPAN",
          "'" + key + "' must be a span of time",
          "for example 30s, 10m, 12h or 7d");
    } else if (span.get().compareTo(MAX_TIMESPAN) > 0) {
      problems.error(
          body.placeOf(key),
          "TIMESPAN_TOO_LONG",
          "'" + key + "' may be at most " + Timespan.text(MAX_TIMESPAN),
          "every match of that time is kept");
      return Optional.empty();
    }
    return span;
  }

  private Optional<Map<String, Map<String, String>>> aliases(YamlMap body, List<String> rules) {
    Map<String, Map<String, String>> aliases = new LinkedHashMap<>();
    YamlValue written = body.get("aliases").orElse(null);
    if (written == null) {
      return Optional.of(aliases);
    }
    List<String> named = new ArrayList<>(rules);
    named.addAll(Keys.texts(body, "until"));
    boolean sound = written instanceof YamlMap;
    if (!sound) {
      problems.error(
          written.place(),
          "BAD_ALIASES",
          "'aliases' is a map, not " + written.kind(),
          "for example aliases: {user: {signed_in: user.name, changed: user.target.name}}");
    }
    Map<String, Entry> entries = written instanceof YamlMap map ? map.entries() : Map.of();
    for (Map.Entry<String, Entry> alias : entries.entrySet()) {
      Map<String, String> fields = new LinkedHashMap<>();
      if (alias.getValue().value() instanceof YamlMap map) {
        map.entries().keySet().forEach(rule -> fields.put(rule, Keys.text(map, rule)));
      }
      for (String rule : named) {
        if (fields.getOrDefault(rule, "").isEmpty()) {
          problems.error(
              alias.getValue().place(),
              "ALIAS_INCOMPLETE",
              "the alias '" + alias.getKey() + "' names no field for the rule '" + rule + "'",
              "an alias has a field for each rule of the correlation");
          sound = false;
        }
      }
      for (String rule : fields.keySet()) {
        if (!named.contains(rule)) {
          problems.error(
              ((YamlMap) alias.getValue().value()).placeOf(rule),
              "UNKNOWN_RULE",
              "the alias '"
                  + alias.getKey()
                  + "' names '"
                  + rule
                  + "', which is no rule of the correlation",
              Problems.didYouMean(rule, named));
          sound = false;
        }
      }
      aliases.put(alias.getKey(), fields);
    }
    return sound ? Optional.of(aliases) : Optional.empty();
  }

  /** A key that belongs to other types would have no effect, and its author thinks it has. */
  private boolean keysFit(CorrelationType type, YamlMap body) {
    List<String> foreign =
        body.entries().keySet().stream().filter(keysOfOtherTypes(type)::contains).toList();
    for (String key : foreign) {
      problems.error(
          body.placeOf(key),
          "KEY_OF_ANOTHER_TYPE",
          "a correlation of type " + type.word() + " has no '" + key + "'",
          "drop it");
    }
    return foreign.isEmpty();
  }

  private static Set<String> keysOfOtherTypes(CorrelationType type) {
    return switch (type) {
      case TEMPORAL, TEMPORAL_ORDERED -> Set.of("fields", "learning", "epl", "numbers");
      case NEW_TERMS -> Set.of("at-least", "condition", "suppress", "until", "epl", "numbers");
      case EPL -> Set.of("at-least", "condition", "learning");
      default -> Set.of("at-least", "fields", "learning", "epl", "numbers");
    };
  }

  private Optional<CorrelationCondition> condition(
      CorrelationType type, List<String> rules, Duration timespan, YamlMap body) {
    return switch (type) {
      case TEMPORAL, TEMPORAL_ORDERED ->
          new TemporalConditionReader(rules, problems).read(type, body);
      case NEW_TERMS -> newTerms(timespan, body);
      case EPL -> statement(rules, body);
      default -> new CountConditionReader(problems).read(type, body);
    };
  }

  private Optional<CorrelationCondition> newTerms(Duration timespan, YamlMap body) {
    List<String> fields = Keys.texts(body, "fields");
    if (fields.isEmpty() || fields.size() > 3) {
      problems.error(
          body.placeOf("fields"),
          "NEW_TERMS_FIELDS",
          "new_terms looks at one to three fields",
          "for example fields: [source.geo.country_iso_code]");
      return Optional.empty();
    }
    Duration usual = Duration.ofDays(7);
    Duration learning = usual.compareTo(timespan) < 0 ? usual : timespan;
    if (body.get("learning").isPresent()) {
      Optional<Duration> written =
          Timespan.parse(Keys.text(body, "learning")).filter(span -> span.compareTo(timespan) <= 0);
      if (written.isEmpty()) {
        problems.error(
            body.placeOf("learning"),
            "BAD_LEARNING",
            "'learning' must be a span of time no longer than the timespan",
            "for example 7d, or 0s for none");
        return Optional.empty();
      }
      learning = written.get();
    }
    return Optional.of(new CorrelationCondition.NewTerms(fields, learning));
  }

  private Optional<CorrelationCondition> statement(List<String> rules, YamlMap body) {
    YamlValue epl = body.get("epl").orElse(null);
    boolean sound = epl instanceof YamlScalar scalar && !scalar.text().isBlank();
    if (!sound) {
      problems.error(
          body.placeOf("epl"),
          "NO_EPL",
          "a correlation of type epl needs a statement",
          "for example epl: select g from "
              + rules.get(0)
              + "#time(5 min) group by g having count(*) > 3");
    }
    Map<String, String> texts = columns(body, "fields");
    Map<String, String> numbers = columns(body, "numbers");
    List<String> names = new ArrayList<>(texts.keySet());
    names.addAll(numbers.keySet());
    names.addAll(rules);
    for (String name : names) {
      if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
        problems.error(
            body.placeOf(rules.contains(name) ? "rules" : "fields"),
            "NOT_AN_IDENTIFIER",
            "'" + name + "' cannot be a name in EPL",
            "a letter, then letters, digits and underscores; give a rule such a 'name'");
        sound = false;
      } else if (Set.of("g", "t", "id").contains(name)
          || (texts.containsKey(name) && numbers.containsKey(name))) {
        problems.error(
            body.placeOf("fields"),
            "COLUMN_TAKEN",
            "the column '" + name + "' is there already",
            "choose another name; g, t and id are in every stream");
        sound = false;
      }
    }
    return sound && epl instanceof YamlScalar text
        ? Optional.of(new CorrelationCondition.Statement(text.text(), text.place(), texts, numbers))
        : Optional.empty();
  }

  private static Map<String, String> columns(YamlMap body, String key) {
    Map<String, String> columns = new LinkedHashMap<>();
    if (body.get(key).orElse(null) instanceof YamlMap map) {
      map.entries().keySet().forEach(name -> columns.put(name, Keys.text(map, name)));
    }
    return columns;
  }
}
