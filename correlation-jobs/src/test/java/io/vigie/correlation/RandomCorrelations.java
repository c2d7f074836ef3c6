package io.vigie.correlation;

import io.vigie.correlation.TestRules.Detection;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Random rule sets: everything that the language has for correlations, over three detection rules,
 * in such a measure that small random streams satisfy it now and then.
 */
final class RandomCorrelations {
  private static final List<String> FIELDS = List.of("u", "v", "w");
  private static final List<String> COUNTING =
      List.of("event_count", "event_count", "value_count", "value_count");
  private static final List<String> MEASURING =
      List.of("value_sum", "value_avg", "value_median", "value_percentile");
  private static final List<String> TEMPORAL =
      List.of("temporal", "temporal", "temporal", "temporal_ordered", "temporal_ordered");

  private final Random random;

  /** Makes the same rule sets from the same seed. */
  RandomCorrelations(long seed) {
    this.random = new Random(seed);
  }

  /**
   * A correlation rule as its author writes it.
   *
   * @param members those that it names, in their order: the rules, then those of {@code until}
   * @param keys of Sigma's correlation block, in the order of the file
   * @param alertFields whose values tell its alerts apart
   */
  record Written(
      String name,
      int version,
      List<String> members,
      Map<String, String> keys,
      List<String> alertFields) {

    String yaml() {
      return "name: %s\ntitle: %<s\nversion: %d\ncorrelation: {%s}\n"
          .formatted(
              name,
              version,
              keys.entrySet().stream()
                  .map(key -> key.getKey() + ": " + key.getValue())
                  .collect(Collectors.joining(", ")));
    }

    Written with(String key, String value) {
      Map<String, String> changed = new LinkedHashMap<>(keys);
      changed.put(key, value);
      return new Written(name, version, members, changed, alertFields);
    }

    Written without(String key) {
      Map<String, String> changed = new LinkedHashMap<>(keys);
      changed.remove(key);
      return new Written(name, version, members, changed, alertFields);
    }

    Written withVersion(int other) {
      return new Written(name, other, members, keys, alertFields);
    }
  }

  /** A rule set as its authors write it. */
  record Rules(List<Detection> detections, List<Written> correlations) {
    RulePack pack() {
      return TestRules.pack(detections, correlations.stream().map(Written::yaml).toList());
    }

    RuleSet read() {
      return TestRules.rules(pack());
    }

    /** Whether the reader finds no problem. */
    boolean reads() {
      Problems problems = new Problems();
      RuleSet.of(pack(), problems);
      return problems.all().isEmpty();
    }

    Rules without(String rule) {
      return new Rules(
          detections, correlations.stream().filter(each -> !each.name().equals(rule)).toList());
    }

    @Override
    public String toString() {
      return detections.stream()
              .map(
                  each ->
                      "# %s: %s does %s%n".formatted(each.name(), each.source(), each.actions()))
              .collect(Collectors.joining())
          + correlations.stream().map(Written::yaml).collect(Collectors.joining("---\n"));
    }
  }

  /** A rule that others can name, with the fields of its matches. */
  private record Member(String name, int level, List<String> fields) {}

  /** A rule set of three levels. */
  Rules rules() {
    List<Detection> detections =
        List.of(
            new Detection("a", TestRules.CLOUDTRAIL, Set.of("a")),
            new Detection("b", TestRules.CLOUDTRAIL, Set.of("b")),
            new Detection("c", maybe(40) ? TestRules.OKTA : TestRules.CLOUDTRAIL, Set.of("c")));
    List<Written> correlations = new ArrayList<>();
    List<Member> known = new ArrayList<>();
    detections.forEach(each -> known.add(new Member(each.name(), 0, FIELDS)));
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      List<Member> below = List.copyOf(known);
      for (int n = level == 1 ? 4 : 2; n > 0; n--) {
        Written written = written("r" + correlations.size(), level, below);
        correlations.add(written);
        known.add(new Member(written.name(), level, written.alertFields()));
      }
    }
    return new Rules(detections, correlations);
  }

  /**
   * A release that follows: some rules as they are, some that ask something else of the same
   * matches, some of other matches, some gone, and new ones.
   */
  Rules after(Rules before) {
    List<Detection> detections = new ArrayList<>();
    List<Member> known = new ArrayList<>();
    for (Detection each : before.detections()) {
      Set<String> actions = maybe(12) ? Set.of(each.name(), "d") : each.actions();
      detections.add(new Detection(each.name(), each.source(), actions));
      known.add(new Member(each.name(), 0, FIELDS));
    }
    List<Written> correlations = new ArrayList<>();
    Map<String, List<String>> fields = new TreeMap<>();
    before.correlations().forEach(each -> fields.put(each.name(), each.alertFields()));
    for (Written rule : before.correlations()) {
      if (maybe(12)) {
        continue;
      }
      Written next = stands(rule, known, fields) ? kept(rule) : replaced(rule.name(), known);
      if (maybe(12)) {
        next = replaced(rule.name(), known);
      }
      correlations.add(maybe(10) ? next.withVersion(2) : next);
      known.add(new Member(next.name(), level(next, known), next.alertFields()));
    }
    correlations.add(written("new", 1, known.subList(0, 3)));
    return new Rules(detections, correlations);
  }

  /** Whether all that it names is there, and as it was. */
  private static boolean stands(
      Written rule, List<Member> known, Map<String, List<String>> fields) {
    return level(rule, known) <= RuleSet.MAX_LEVEL
        && rule.members().stream()
            .allMatch(
                name ->
                    known.stream()
                        .filter(member -> member.name().equals(name))
                        .anyMatch(
                            member -> member.fields().equals(fields.getOrDefault(name, FIELDS))));
  }

  private Written kept(Written rule) {
    return maybe(50) ? rule : changed(rule);
  }

  private Written replaced(String name, List<Member> known) {
    int highest = known.stream().mapToInt(Member::level).max().orElse(0);
    int level = between(1, Math.min(highest + 1, RuleSet.MAX_LEVEL));
    return written(name, level, known.stream().filter(member -> member.level() < level).toList());
  }

  private static int level(Written rule, List<Member> known) {
    return 1
        + known.stream()
            .filter(member -> rule.members().contains(member.name()))
            .mapToInt(Member::level)
            .max()
            .orElse(0);
  }

  /** The same matches, and another question. */
  private Written changed(Written rule) {
    int timespan = between(3, 13);
    Written changed = rule;
    String type = rule.keys().get("type");
    if (maybe(60)) {
      changed = changed.with("timespan", timespan + "s");
      if (type.equals("new_terms")) {
        changed = changed.with("learning", between(0, Math.min(4, timespan)) + "s");
      }
    } else if (type.equals("new_terms")) {
      changed = changed.with("learning", between(0, 3) + "s");
    }
    if (type.equals("event_count") && maybe(40)) {
      changed = changed.with("condition", "{" + bounds() + "}");
    }
    if (!type.equals("new_terms") && maybe(30)) {
      changed = changed.with("suppress", between(2, 30) + "s");
    }
    List<String> rules = rule.members();
    if (type.startsWith("temporal")
        && !rule.keys().containsKey("condition")
        && !rule.keys().containsKey("until")) {
      changed = changed.with("type", one(List.of("temporal", "temporal_ordered")));
      if (rules.size() > 1 && maybe(40)) {
        String absent = one(rules);
        String condition =
            rules.stream()
                .map(name -> name.equals(absent) ? "not " + name : name)
                .collect(Collectors.joining(" and "));
        changed = changed.without("at-least").with("condition", "'" + condition + "'");
      }
    }
    return changed;
  }

  private Written written(String name, int level, List<Member> below) {
    List<Member> rules = members(level, below);
    Map<String, String> keys = new LinkedHashMap<>();
    Map<String, Map<String, String>> aliases = new TreeMap<>();
    String type = type(rules);
    int timespan = between(3, 13);
    keys.put("type", type);
    keys.put("rules", names(rules));
    keys.put("timespan", timespan + "s");

    boolean waits = condition(type, rules, keys);
    List<Member> all = new ArrayList<>(rules);
    if (!waits && !type.equals("new_terms") && !MEASURING.contains(type) && maybe(25)) {
      List<Member> until = until(type, rules, below);
      keys.put("until", names(until));
      all.addAll(until);
    }
    boolean counts = type.equals("value_count") || type.equals("new_terms");
    int groups = Math.min(maybe(15) ? 0 : maybe(70) ? 1 : 2, fields(all) - (counts ? 1 : 0));
    Map<String, Set<String>> taken = new TreeMap<>();
    List<String> groupBy = fields("k", groups, FIELDS.subList(0, 2), all, aliases, taken);
    if (!groupBy.isEmpty()) {
      keys.put("group-by", groupBy.toString());
    }
    List<String> alertFields = new ArrayList<>(groupBy);
    if (counts) {
      int count = Math.min(maybe(75) ? 1 : 2, fields(all) - groups);
      List<String> counted = fields("x", count, List.of("w", "w", "v"), all, aliases, taken);
      if (type.equals("new_terms")) {
        keys.put("fields", counted.toString());
        alertFields.addAll(counted);
      } else {
        keys.put("condition", "{field: %s, %s}".formatted(counted, bounds()));
      }
    } else if (type.equals("event_count")) {
      keys.put("condition", "{" + bounds() + "}");
    } else if (MEASURING.contains(type)) {
      keys.put("condition", "{field: w, %s}".formatted(measured(type)));
    }
    if (type.equals("new_terms")) {
      keys.put("learning", between(0, Math.min(4, timespan)) + "s");
    } else if (maybe(45)) {
      keys.put("suppress", suppress(timespan) + "s");
    }
    if (!aliases.isEmpty()) {
      keys.put("aliases", aliases.toString().replace("=", ": "));
    }
    if (maybe(25)) {
      keys.put("generate", "true");
    }
    return new Written(name, 1, all.stream().map(Member::name).toList(), keys, alertFields);
  }

  /** One of the level below, and others of any. */
  private List<Member> members(int level, List<Member> below) {
    List<Member> choice = new ArrayList<>(below);
    Collections.shuffle(choice, random);
    Member certain =
        choice.stream().filter(member -> member.level() == level - 1).findFirst().orElseThrow();
    choice.remove(certain);
    List<Member> members = new ArrayList<>(choice.subList(0, maybe(30) ? 0 : maybe(55) ? 1 : 2));
    members.add(between(0, members.size()), certain);
    return members;
  }

  /**
   * Values can be counted where each rule has a field, and measured where it is one with numbers.
   */
  private String type(List<Member> members) {
    List<String> types = new ArrayList<>(TEMPORAL);
    types.add("event_count");
    types.add("event_count");
    if (fields(members) > 0) {
      types.addAll(COUNTING);
      types.add("new_terms");
      types.add("new_terms");
    }
    if (members.stream().allMatch(member -> member.fields().contains("w"))) {
      types.addAll(MEASURING);
    }
    return one(types);
  }

  private static int fields(List<Member> members) {
    return members.stream().mapToInt(member -> member.fields().size()).min().orElse(0);
  }

  /**
   * Names of fields that every rule has, under one name or by an alias.
   *
   * @param liked fields that are rather taken
   * @param taken by rule, fields that are in use; those that are chosen are added
   */
  private List<String> fields(
      String alias,
      int count,
      List<String> liked,
      List<Member> members,
      Map<String, Map<String, String>> aliases,
      Map<String, Set<String>> taken) {
    List<String> written = new ArrayList<>();
    members.forEach(member -> taken.putIfAbsent(member.name(), new LinkedHashSet<>()));
    for (int i = 0; i < count; i++) {
      Map<String, String> chosen = new TreeMap<>();
      String like = one(liked);
      for (Member member : members) {
        List<String> left = new ArrayList<>(member.fields());
        left.removeAll(taken.get(member.name()));
        String field = left.contains(like) && maybe(85) ? like : one(left);
        taken.get(member.name()).add(field);
        chosen.put(member.name(), field);
        like = maybe(90) ? field : like;
      }
      Set<String> different = Set.copyOf(chosen.values());
      String name = different.size() == 1 ? different.iterator().next() : alias + i;
      if (different.size() > 1) {
        aliases.put(name, chosen);
      }
      written.add(name);
    }
    return written;
  }

  /** What ends a window is asked for the counted field as well. */
  private List<Member> until(String type, List<Member> rules, List<Member> below) {
    List<Member> others = new ArrayList<>(below);
    others.removeAll(rules);
    others.removeIf(other -> type.equals("value_count") && other.fields().isEmpty());
    Collections.shuffle(others, random);
    return others.subList(0, Math.min(others.size(), maybe(75) ? 1 : 2));
  }

  private String measured(String type) {
    String bound = one(List.of("gte: 1.1", "gt: 1.1, lte: 3.2", "lt: 2", "eq: 1.1", "neq: 1.1"));
    return type.equals("value_percentile")
        ? bound + ", percentile: " + one(List.of(0, 50, 75, 100))
        : bound;
  }

  private String bounds() {
    return one(List.of("gte: 2", "gte: 2", "gte: 3", "gt: 1, lte: 3", "eq: 2", "neq: 2", "lt: 3"));
  }

  private int suppress(int timespan) {
    return maybe(50) ? between(2, timespan - 1) : between(timespan + 1, 3 * timespan);
  }

  /** Puts the condition of a temporal correlation; whether it may wait for an absence. */
  private boolean condition(String type, List<Member> rules, Map<String, String> keys) {
    if (!type.startsWith("temporal")) {
      return false;
    }
    boolean ordered = type.endsWith("ordered");
    List<String> wanted = new ArrayList<>(rules.stream().map(Member::name).toList());
    List<String> absent = new ArrayList<>();
    while (wanted.size() > 1 && maybe(absent.isEmpty() ? 45 : 20)) {
      absent.add(wanted.remove(wanted.size() > 2 && maybe(60) ? 1 : random.nextInt(wanted.size())));
    }
    boolean alternatives = wanted.size() > 1 && maybe(30);
    if (!absent.isEmpty() || alternatives || maybe(10)) {
      String text = ordered ? parts(wanted, alternatives) : presence(wanted, absent.isEmpty());
      String not =
          absent.size() > 1 && maybe(50)
              ? "not (" + String.join(" or ", absent) + ")"
              : absent.stream().map(name -> "not " + name).collect(Collectors.joining(" and "));
      List<String> joined = new ArrayList<>();
      joined.add(absent.isEmpty() || !text.contains(" or ") ? text : "(" + text + ")");
      if (!absent.isEmpty()) {
        joined.add(between(0, 1), not);
      }
      keys.put("condition", "'" + String.join(" and ", joined) + "'");
    } else if (!ordered && maybe(30)) {
      keys.put("condition", "{gte: %d}".formatted(between(1, wanted.size())));
    }
    if (!alternatives && maybe(30)) {
      keys.put("at-least", "{%s: %d}".formatted(one(wanted), between(2, 3)));
    }
    String last = rules.get(rules.size() - 1).name();
    return !absent.isEmpty() && (!ordered || alternatives || absent.contains(last));
  }

  private String parts(List<String> wanted, boolean alternatives) {
    if (!alternatives) {
      return String.join(" and ", wanted);
    }
    List<String> parts = new ArrayList<>(wanted);
    String one = parts.remove(random.nextInt(parts.size()));
    String other = parts.remove(random.nextInt(parts.size()));
    parts.add("(" + one + " or " + other + ")");
    Collections.shuffle(parts, random);
    return String.join(" and ", parts);
  }

  private String presence(List<String> wanted, boolean all) {
    List<String> names = new ArrayList<>(wanted);
    Collections.shuffle(names, random);
    return switch (names.size()) {
      case 1 -> names.get(0);
      case 2 -> String.join(maybe(50) ? " and " : " or ", names);
      default -> {
        List<String> shapes =
            new ArrayList<>(List.of("%s and (%s or %s)", "(%s and %s) or %s", "%s or %s or %s"));
        if (all) {
          shapes.add("2 of them");
        }
        yield one(shapes).formatted(names.toArray());
      }
    };
  }

  private static String names(List<Member> members) {
    return members.stream().map(Member::name).toList().toString();
  }

  private boolean maybe(int percent) {
    return random.nextInt(100) < percent;
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private <T> T one(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }
}
