package io.vigie.rules.lint;

import io.vigie.rules.detection.Anchors;
import io.vigie.rules.detection.Predicate;
import io.vigie.yaml.Problems;
import java.util.List;

/** Detection rules that the index has to try on every event of their log source, or on many. */
final class CostCheck implements Check {
  /** For shorter keywords an event is searched at every byte. */
  private static final int SHORTEST_KEYWORD = 5;

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    for (RuleDocument.Part condition : document.conditions()) {
      Predicate predicate = condition.predicate();
      if (predicate == null || !document.isDetection() || predicate.isNever()) {
        continue;
      }
      Anchors.whyNone(predicate, all.fields())
          .ifPresent(
              why ->
                  problems.note(
                      condition.place(),
                      "NO_ANCHOR",
                      "the rule is tried on every event of its log source: " + why,
                      "add a field with a fixed value, such as the event's name"));
      List<String> keywords = Anchors.shortKeywords(predicate, SHORTEST_KEYWORD);
      if (!keywords.isEmpty()) {
        problems.note(
            condition.place(),
            "SHORT_KEYWORD",
            "keywords of fewer than %d characters (%s) make every event be searched at each byte"
                .formatted(SHORTEST_KEYWORD, String.join(", ", keywords)),
            "add a field with a fixed value, or longer words");
      }
    }
  }
}
