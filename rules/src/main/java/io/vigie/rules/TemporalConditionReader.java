package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.Position;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.detection.ConditionReader;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads what a temporal correlation asks for: all of its rules, or what a condition over their
 * names says. Source: Sigma's extended temporal conditions; that a negated rule means absence
 * within the timespan is ours.
 */
final class TemporalConditionReader {
  private static final Pattern NAME = Pattern.compile("[^\\s()]+");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "of", "all", "them");

  /** Each place in an order costs a statement. */
  private static final int MAX_POSITIONS = 30;

  private static final int MAX_AT_LEAST = 10_000;

  private final List<String> rules;
  private final Problems.OfFile problems;
  private Map<Integer, Integer> atLeast = Map.of();
  private Place place = Place.START;

  TemporalConditionReader(List<String> rules, Problems.OfFile problems) {
    this.rules = rules;
    this.problems = problems;
  }

  /** The rules that a condition names, in the order in which it names them. */
  static List<String> names(String condition) {
    return NAME.matcher(condition)
        .results()
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name.toLowerCase(Locale.ROOT)))
        .filter(name -> !name.contains("*") && !name.matches("\\d+"))
        .distinct()
        .toList();
  }

  /** What a condition's text asks for. */
  private sealed interface Asked {
    record Named(int step) implements Asked {}

    record Not(Asked part) implements Asked {}

    record Some(int count, List<Asked> parts) implements Asked {}
  }

  private static final ConditionReader.Operators<Asked> OPERATORS =
      new ConditionReader.Operators<>() {
        @Override
        public Asked and(List<Asked> parts) {
          return new Asked.Some(parts.size(), parts);
        }

        @Override
        public Asked or(List<Asked> parts) {
          return new Asked.Some(1, parts);
        }

        @Override
        public Asked not(Asked part) {
          return new Asked.Not(part);
        }

        @Override
        public Asked atLeast(int count, List<Asked> parts) {
          return new Asked.Some(count, parts);
        }
      };

  private static final class Refused extends RuntimeException {
    private final String code;
    private final String problem;
    private final String suggestion;

    private Refused(String code, String problem, String suggestion) {
      super(problem, null, false, false);
      this.code = code;
      this.problem = problem;
      this.suggestion = suggestion;
    }
  }

  /** Empty where there is a problem, which is reported. */
  Optional<CorrelationCondition> read(CorrelationType type, YamlMap body) {
    place = body.placeOf("condition");
    Optional<Asked> asked = asked(type, body);
    try {
      atLeast = atLeast(body);
      if (asked.isEmpty()) {
        return Optional.empty();
      }
      refuseUnnamed(asked.get());
      List<Asked> wanted = new ArrayList<>();
      TreeMap<Integer, Integer> absent = new TreeMap<>();
      for (Asked part : conjuncts(asked.get())) {
        if (part instanceof Asked.Not not) {
          alternatives(not.part(), "a negated part").forEach(step -> absent.put(step, step));
        } else {
          wanted.add(part);
        }
      }
      if (wanted.isEmpty()) {
        throw new Refused(
            "ONLY_ABSENCE",
            "the condition names nothing that must happen",
            "for example: switched_off and not switched_on");
      }
      return Optional.of(
          type == CorrelationType.TEMPORAL_ORDERED
              ? inOrder(wanted, absent.keySet())
              : together(wanted, absent.keySet()));
    } catch (Refused e) {
      problems.error(place, e.code, e.problem, e.suggestion);
      return Optional.empty();
    }
  }

  private Optional<Asked> asked(CorrelationType type, YamlMap body) {
    Map<String, Asked> named = new LinkedHashMap<>();
    for (int step = 0; step < rules.size(); step++) {
      named.put(rules.get(step), new Asked.Named(step));
    }
    List<Asked> all = List.copyOf(named.values());
    YamlValue written = body.get("condition").orElse(null);
    if (written == null) {
      return Optional.of(OPERATORS.and(all));
    }
    if (written instanceof YamlScalar scalar && scalar.value() instanceof String text) {
      return ConditionReader.read(text, named, OPERATORS, scalar.place(), problems);
    }
    if (type == CorrelationType.TEMPORAL
        && written instanceof YamlMap map
        && map.entries().keySet().equals(Set.of("gte"))
        && map.get("gte").orElse(null) instanceof YamlScalar scalar
        && scalar.value() instanceof Long count
        && count >= 1
        && count <= all.size()) {
      return Optional.of(OPERATORS.atLeast(count.intValue(), all));
    }
    problems.error(
        place,
        "BAD_CONDITION",
        "the condition of a " + type.word() + " correlation is a text over the names of its rules",
        type == CorrelationType.TEMPORAL
            ? "for example: a and (b or c) and not d; or {gte: 2} for two of the rules"
            : "for example: a and b and not c; to count, write an event_count correlation");
    return Optional.empty();
  }

  private Map<Integer, Integer> atLeast(YamlMap body) {
    Map<Integer, Integer> counts = new TreeMap<>();
    YamlValue written = body.get("at-least").orElse(null);
    if (written == null) {
      return counts;
    }
    place = body.placeOf("at-least");
    if (!(written instanceof YamlMap map)) {
      throw badAtLeast("'at-least' is a map, not " + written.kind());
    }
    for (String rule : map.entries().keySet()) {
      int step = rules.indexOf(rule);
      if (step < 0) {
        throw new Refused(
            "UNKNOWN_RULE",
            "'at-least' names '" + rule + "', which is not among the rules",
            Problems.didYouMean(rule, rules));
      }
      if (!(map.get(rule).orElse(null) instanceof YamlScalar scalar
          && scalar.value() instanceof Long count
          && count >= 1
          && count <= MAX_AT_LEAST)) {
        throw badAtLeast("'" + rule + "' needs a number from 1 to " + MAX_AT_LEAST);
      }
      counts.put(step, count.intValue());
    }
    place = body.placeOf("condition");
    return counts;
  }

  private static Refused badAtLeast(String problem) {
    return new Refused("BAD_AT_LEAST", problem, "for example at-least: {refused: 5}");
  }

  private void refuseUnnamed(Asked asked) {
    Set<Integer> named = new TreeSet<>();
    collect(asked, named);
    for (int step = 0; step < rules.size(); step++) {
      if (!named.contains(step)) {
        throw new Refused(
            "RULE_NOT_IN_CONDITION",
            "the condition does not name the rule '" + rules.get(step) + "'",
            "name it, or take it out of 'rules'");
      }
    }
  }

  private void collect(Asked asked, Set<Integer> named) {
    if (asked instanceof Asked.Named one && !named.add(one.step())) {
      throw new Refused(
          "RULE_NAMED_TWICE",
          "the condition names '" + rules.get(one.step()) + "' twice",
          "ask for several matches of it with at-least: {NAME: 2}");
    } else if (asked instanceof Asked.Not not) {
      collect(not.part(), named);
    } else if (asked instanceof Asked.Some some) {
      some.parts().forEach(part -> collect(part, named));
    }
  }

  private static List<Asked> conjuncts(Asked asked) {
    if (asked instanceof Asked.Some some && some.count() == some.parts().size()) {
      return some.parts().stream().flatMap(part -> conjuncts(part).stream()).toList();
    }
    if (asked instanceof Asked.Not not
        && not.part() instanceof Asked.Some some
        && some.count() == 1) {
      return some.parts().stream()
          .flatMap(part -> conjuncts(new Asked.Not(part)).stream())
          .toList();
    }
    return List.of(asked);
  }

  private Set<Integer> alternatives(Asked asked, String what) {
    if (asked instanceof Asked.Named named) {
      return Set.of(named.step());
    }
    if (asked instanceof Asked.Some some && some.count() == 1) {
      Set<Integer> steps = new TreeSet<>();
      some.parts().forEach(part -> steps.addAll(alternatives(part, what)));
      return steps;
    }
    throw new Refused(
        "CONDITION_TOO_COMPLEX",
        what + " must be a rule, or rules joined by 'or'",
        "make a correlation of the rest and name that one");
  }

  private Together together(Asked asked, Set<Integer> absent) {
    return new Together(presence(asked), absent);
  }

  /** One rule and an absence are an order: what stands behind an alert is then that one match. */
  private CorrelationCondition together(List<Asked> wanted, Set<Integer> absent) {
    if (!absent.isEmpty() && wanted.size() == 1 && wanted.get(0) instanceof Asked.Named named) {
      if (atLeast.getOrDefault(named.step(), 1) == 1) {
        return new InOrder(
            List.of(
                new Position(Set.of(named.step()), false), new Position(Set.copyOf(absent), true)));
      }
    }
    return together(new Asked.Some(wanted.size(), wanted), Set.copyOf(absent));
  }

  private Presence presence(Asked asked) {
    if (asked instanceof Asked.Named named) {
      return new Presence.Of(named.step(), atLeast.getOrDefault(named.step(), 1));
    }
    if (asked instanceof Asked.Some some && some.parts().size() == 1) {
      return presence(some.parts().get(0));
    }
    if (asked instanceof Asked.Some some) {
      return new Presence.AtLeast(some.count(), some.parts().stream().map(this::presence).toList());
    }
    throw new Refused(
        "NOT_NESTED",
        "'not' may stand only before rules that 'and' joins to the rest",
        "for example: (a or b) and not c");
  }

  /** Positions stand in the order of the list of rules, not in that of the condition. */
  private InOrder inOrder(List<Asked> wanted, Set<Integer> absent) {
    List<Position> unrepeated = new ArrayList<>();
    for (Asked part : wanted) {
      unrepeated.add(new Position(alternatives(part, "each part of an order"), false));
    }
    absent.forEach(step -> unrepeated.add(new Position(Set.of(step), true)));
    unrepeated.sort(Comparator.comparingInt(each -> new TreeSet<>(each.steps()).first()));
    List<Position> positions = new ArrayList<>();
    for (Position each : unrepeated) {
      int count = each.steps().stream().mapToInt(s -> atLeast.getOrDefault(s, 1)).max().orElse(1);
      if (count > 1 && (each.steps().size() > 1 || each.negated())) {
        throw badAtLeast("'at-least' is for rules that stand alone at their place in the order");
      }
      if (positions.size() + count > MAX_POSITIONS) {
        throw new Refused(
            "TOO_MANY_POSITIONS",
            "an order has at most " + MAX_POSITIONS + " matches",
            "count with an event_count correlation and name that one");
      }
      for (int n = 0; n < count; n++) {
        positions.add(each);
      }
    }
    return new InOrder(merged(positions));
  }

  private static List<Position> merged(List<Position> positions) {
    List<Position> merged = new ArrayList<>();
    for (Position each : positions) {
      Position last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && last.negated() && each.negated()) {
        Set<Integer> both = new TreeSet<>(last.steps());
        both.addAll(each.steps());
        merged.set(merged.size() - 1, new Position(both, true));
      } else {
        merged.add(each);
      }
    }
    return merged;
  }
}
