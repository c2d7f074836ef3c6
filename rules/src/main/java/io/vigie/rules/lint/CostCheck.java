package io.vigie.rules.lint;

import io.vigie.rules.detection.NecessaryText;
import io.vigie.rules.detection.Predicate;
import io.vigie.yaml.Problems;

/** Detection rules that have to be tried on every event of their log source. */
final class CostCheck implements Check {
  /** Shorter texts are in too many events to sort rules out. */
  private static final int SHORTEST_KEYWORD = 5;

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    for (RuleDocument.Part condition : document.conditions()) {
      Predicate predicate = condition.predicate();
      if (predicate == null || !document.isDetection() || predicate.isNever()) {
        continue;
      }
      // What the rule index files a rule under decides; this is what any index needs to have.
      int length = NecessaryText.length(predicate);
      if (length == 0) {
        problems.note(
            condition.place(),
            "NO_ANCHOR",
            "no value or text is in every match, so the rule is tried on every event of its log"
                + " source",
            "add a field with a fixed value, such as the event's name");
      } else if (length < SHORTEST_KEYWORD && NecessaryText.isKeyword(predicate)) {
        problems.note(
            condition.place(),
            "SHORT_KEYWORD",
            "keywords of fewer than " + SHORTEST_KEYWORD + " characters are in very many events",
            "add a field with a fixed value, or longer words");
      }
    }
  }
}
