package io.vigie.rules;

import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.correlation.CountCondition;
import io.vigie.rules.detection.Predicate;
import java.time.Duration;
import java.util.List;
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
      implements Rule {}

  /**
   * A predicate on several matches.
   *
   * @param rules names or ids, in the order of the file
   * @param groupBy fields; empty for one group of all
   * @param condition null where the type has none
   * @param generate whether the named rules alert by themselves as well
   * @param suppress satisfied times less than this apart are one episode
   */
  record Correlation(
      RuleHeader header,
      CorrelationType type,
      List<String> rules,
      List<String> groupBy,
      Duration timespan,
      @Nullable CountCondition condition,
      boolean generate,
      Duration suppress)
      implements Rule {}
}
