package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.detection.Predicate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One document of a rule file. */
public sealed interface Rule {

  RuleHeader header();

  /** A predicate on one event of the log sources that the three names choose. */
  record Detection(
      RuleHeader header,
      @Nullable String product,
      @Nullable String category,
      @Nullable String service,
      Predicate predicate)
      implements Rule {

    Detection with(Predicate other) {
      return new Detection(header, product, category, service, other);
    }
  }

  /**
   * A predicate on several matches.
   *
   * @param rules names or ids, in the order of the file
   * @param until names or ids of rules whose matches empty the window: what lies at or before them
   *     counts no longer
   * @param groupBy fields or aliases; empty for one group of all
   * @param aliases fields by alias and rule, as the correlation names the rule
   * @param generate whether the named rules alert by themselves as well
   * @param suppress satisfied times less than this apart are one episode
   */
  record Correlation(
      RuleHeader header,
      CorrelationType type,
      List<String> rules,
      List<String> until,
      List<String> groupBy,
      Map<String, Map<String, String>> aliases,
      Duration timespan,
      CorrelationCondition condition,
      boolean generate,
      Duration suppress)
      implements Rule {

    /** Every rule that it names, by step: those that count and then those that end. */
    public List<String> named() {
      List<String> named = new ArrayList<>(rules);
      named.addAll(until);
      return named;
    }

    /** The fields whose values tell its alerts apart. */
    public List<String> alertFields() {
      if (!(condition instanceof CorrelationCondition.NewTerms terms)) {
        return groupBy;
      }
      List<String> fields = new ArrayList<>(groupBy);
      fields.addAll(terms.fields());
      return fields;
    }

    /** What the author calls a field, as the rule of that name calls it. */
    public String field(String written, String rule) {
      return aliases.getOrDefault(written, Map.of()).getOrDefault(rule, written);
    }
  }
}
