package io.vigie.backtest;

import io.vigie.rules.RuleHeader;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rules by name that only one of two sets has, and those that say something else in the other. */
record RuleDifference(List<String> added, List<String> removed, List<String> changed) {

  static RuleDifference between(
      RulePack before, RuleSet rulesBefore, RulePack after, RuleSet rulesAfter) {
    Map<String, String> olds = documents(before, rulesBefore);
    Map<String, String> news = documents(after, rulesAfter);
    return new RuleDifference(
        news.keySet().stream()
            .filter(id -> !olds.containsKey(id))
            .map(id -> rulesAfter.header(id).name())
            .toList(),
        olds.keySet().stream()
            .filter(id -> !news.containsKey(id))
            .map(id -> rulesBefore.header(id).name())
            .toList(),
        news.keySet().stream()
            .filter(id -> olds.containsKey(id) && !Objects.equals(news.get(id), olds.get(id)))
            .map(id -> rulesAfter.header(id).name())
            .toList());
  }

  /** What each rule says, without its tests, by id. */
  private static Map<String, String> documents(RulePack pack, RuleSet rules) {
    Map<String, String> documents = new TreeMap<>();
    for (RuleHeader header : rules.headers().values()) {
      Optional<Map<String, @Nullable Object>> document =
          pack.document(header).map(map -> new TreeMap<>(map.plain()));
      document.ifPresent(map -> map.remove("tests"));
      documents.put(header.id(), document.map(Object::toString).orElse(""));
    }
    return documents;
  }
}
