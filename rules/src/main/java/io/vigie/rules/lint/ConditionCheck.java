package io.vigie.rules.lint;

import io.vigie.ingest.LogSource;
import io.vigie.rules.detection.Contradictions;
import io.vigie.rules.detection.Contradictions.Conflict;
import io.vigie.rules.detection.Predicate;
import io.vigie.rules.detection.PredicateText;
import io.vigie.rules.lint.RuleDocument.Part;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Parts of a detection that decide nothing, or that nothing can fulfil. */
final class ConditionCheck implements Check {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s()]+");

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    PredicateText text = all.text();
    Set<String> lists = lists(document);
    boolean dead = false;
    for (Part selection : document.selections()) {
      if (!isUsed(document, selection.name())) {
        problems.warn(
            selection.place(),
            "UNUSED_SELECTION",
            "no condition names the selection '" + selection.name() + "'",
            "name it in the condition, or drop it");
      }
      Predicate predicate = selection.predicate();
      if (predicate != null) {
        Optional<Conflict> conflict = Contradictions.of(predicate, text, lists);
        if (conflict.isPresent()) {
          dead = true;
          never(problems, selection.place(), "'" + selection.name() + "'", conflict.get());
        } else {
          dead |= alternatives(problems, selection.place(), predicate, text, lists);
        }
      }
    }
    for (Part condition : document.conditions()) {
      if (condition.predicate() != null && !dead) {
        condition(problems, condition, condition.predicate(), text, lists);
      }
    }
  }

  private static void condition(
      Problems.OfFile problems,
      Part condition,
      Predicate predicate,
      PredicateText text,
      Set<String> lists) {
    Optional<Conflict> conflict = Contradictions.of(predicate, text, lists);
    if (conflict.isPresent()) {
      never(problems, condition.place(), "the condition", conflict.get());
    } else if (Contradictions.isAlwaysTrue(predicate, text, lists)) {
      problems.warn(
          condition.place(),
          "ALWAYS_TRUE",
          "every event of the log source fulfils the condition",
          "say what the rule looks for");
    } else {
      alternatives(problems, condition.place(), predicate, text, lists);
    }
  }

  /** Whether there is a dead one. */
  private static boolean alternatives(
      Problems.OfFile problems,
      Place place,
      Predicate predicate,
      PredicateText text,
      Set<String> lists) {
    List<Conflict> dead = Contradictions.deadAlternatives(predicate, text, lists);
    dead.forEach(conflict -> never(problems, place, "an alternative", conflict));
    return !dead.isEmpty();
  }

  private static void never(Problems.OfFile problems, Place place, String what, Conflict conflict) {
    problems.warn(
        place,
        "NEVER_TRUE",
        "%s can never hold: '%s' and '%s' exclude each other%s"
            .formatted(
                what,
                conflict.one(),
                conflict.other(),
                conflict.unlessList() ? ", unless the field is a list" : ""),
        conflict.unlessList()
            ? "for one of several values write a list; for a field that is a list, |all"
            : "drop one of them");
  }

  /** Fields of which the rule itself asks several values at once, and those that ECS says are. */
  private static Set<String> lists(RuleDocument document) {
    return document.selections().stream()
        .flatMap(selection -> Selections.items(selection.value()))
        .filter(item -> item.modifiers().contains("all") || LogSource.isList(item.field()))
        .map(Selections.Item::field)
        .collect(Collectors.toSet());
  }

  private static boolean isUsed(RuleDocument document, String selection) {
    return document.conditions().stream()
        .flatMap(condition -> BETWEEN_WORDS.splitAsStream(condition.name()))
        .anyMatch(word -> names(word, selection));
  }

  private static boolean names(String word, String selection) {
    if (word.equalsIgnoreCase("them")) {
      return !selection.startsWith("_");
    }
    return matches(word, selection);
  }

  /** Whether a name, in which {@code *} stands for any text, means this one. */
  private static boolean matches(String pattern, String name) {
    return name.matches(
        Pattern.compile("\\*")
            .splitAsStream(pattern + "\0")
            .map(part -> Pattern.quote(part.replace("\0", "")))
            .collect(Collectors.joining(".*")));
  }
}
