package io.vigie.correlation;

import io.vigie.rules.Rule;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationType;
import io.vigie.rules.correlation.CountCondition.Bound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a correlation means, evaluated by looking at the whole set of matches again for every time.
 * It shares the rule's text and the shape of a match with the product, and no algorithm: no order
 * of arrival, no clock, no state, no Esper.
 *
 * <p>The definition. The window at {@code t} holds the matches of a group with a time in {@code (t
 * - timespan, t]}. The rule is satisfied at {@code t} if a match lies at {@code t} and the window
 * fulfils the condition. An episode is a maximal run of satisfied times less than the gap apart.
 */
public final class Oracle {

  /**
   * The rule is satisfied.
   *
   * @param first satisfied time of its episode
   * @param at this satisfied time
   * @param events how many events are new: behind this time and behind no earlier one of the
   *     episode
   * @param evidence their ids
   */
  public record Satisfied(
      String rule, List<String> group, long first, long at, int events, Set<String> evidence) {

    /** In the oracle's words, whatever the product said and in whatever order. */
    public static Satisfied of(Correlation correlation) {
      return new Satisfied(
          correlation.rule(),
          correlation.group(),
          correlation.firstSatisfied(),
          correlation.satisfied(),
          correlation.eventCount(),
          correlation.evidence().stream()
              .map(Evidence::eventId)
              .collect(Collectors.toCollection(TreeSet::new)));
    }

    public static List<Satisfied> of(Collection<Correlation> correlations) {
      return correlations.stream().map(Satisfied::of).sorted(ORDER).toList();
    }

    static final Comparator<Satisfied> ORDER =
        Comparator.comparing(Satisfied::rule)
            .thenComparing(satisfied -> satisfied.group().toString())
            .thenComparing(Satisfied::at)
            .thenComparing(Satisfied::first);
  }

  private final RuleSet rules;

  public Oracle(RuleSet rules) {
    this.rules = rules;
  }

  /** All satisfied times of all rules over these matches of detection rules. */
  public List<Satisfied> evaluate(Collection<Match> matches) {
    Set<Match> all = new LinkedHashSet<>(matches);
    List<Satisfied> satisfied = new ArrayList<>();
    for (int level = 1; level <= RuleSet.MAX_LEVEL; level++) {
      for (CorrelationPlan plan : rules.correlations().values()) {
        if (plan.level() == level) {
          List<Satisfied> ofRule = evaluate(plan, all);
          satisfied.addAll(ofRule);
          ofRule.forEach(each -> all.addAll(contributed(each)));
        }
      }
    }
    return satisfied.stream().sorted(Satisfied.ORDER).toList();
  }

  private List<Satisfied> evaluate(CorrelationPlan plan, Collection<Match> all) {
    Map<String, List<Match>> groups = new TreeMap<>();
    for (Match match : all) {
      if (match.rule().equals(plan.id())) {
        groups.computeIfAbsent(match.group().toString(), g -> new ArrayList<>()).add(match);
      }
    }
    List<Satisfied> satisfied = new ArrayList<>();
    groups.values().forEach(group -> satisfied.addAll(ofGroup(plan, group)));
    return satisfied;
  }

  private List<Satisfied> ofGroup(CorrelationPlan plan, List<Match> group) {
    long gap = plan.rule().suppress().toMillis();
    TreeSet<Long> times = new TreeSet<>();
    group.forEach(match -> times.add(match.timestamp()));

    List<Satisfied> satisfied = new ArrayList<>();
    Set<Match> told = new HashSet<>();
    long first = 0;
    long before = Long.MIN_VALUE;
    for (long t : times) {
      List<Match> window = window(plan, group, t);
      List<Match> behind = behind(plan, window, t);
      if (behind.isEmpty()) {
        continue;
      }
      if (before == Long.MIN_VALUE || t - before >= gap) {
        first = t;
        told.clear();
      }
      before = t;
      Set<String> events = new TreeSet<>();
      for (Match match : behind) {
        if (told.add(match)) {
          match.evidence().forEach(each -> events.add(each.eventId()));
        }
      }
      satisfied.add(
          new Satisfied(plan.id(), group.get(0).group(), first, t, events.size(), events));
    }
    return satisfied;
  }

  /**
   * The evidence for the rule at {@code t}; nothing where it is not satisfied. Where counts decide
   * it is the window, where an order decides the latest chain.
   */
  private List<Match> behind(CorrelationPlan plan, List<Match> window, long t) {
    if (plan.rule().type() == CorrelationType.TEMPORAL_ORDERED) {
      return latestChain(plan, window, t)
          .map(chain -> withContributions(plan, chain, window))
          .orElse(List.of());
    }
    return fulfils(plan, window) ? window : List.of();
  }

  private static List<Match> window(CorrelationPlan plan, List<Match> group, long t) {
    long from = t - plan.rule().timespan().toMillis();
    return group.stream().filter(m -> m.timestamp() > from && m.timestamp() <= t).toList();
  }

  private static boolean fulfils(CorrelationPlan plan, List<Match> window) {
    Rule.Correlation rule = plan.rule();
    return switch (rule.type()) {
      case EVENT_COUNT -> holds(rule, window.size());
      case VALUE_COUNT -> {
        Set<String> values = new HashSet<>();
        window.forEach(match -> values.addAll(match.values()));
        yield holds(rule, values.size());
      }
      case TEMPORAL -> window.stream().map(Match::step).distinct().count() == plan.members().size();
      case TEMPORAL_ORDERED -> throw new IllegalArgumentException("has a chain");
    };
  }

  private static boolean holds(Rule.Correlation rule, long count) {
    for (Bound bound : Objects.requireNonNull(rule.condition()).bounds()) {
      boolean holds =
          switch (bound.operator()) {
            case GT -> count > bound.number();
            case GTE -> count >= bound.number();
            case LT -> count < bound.number();
            case LTE -> count <= bound.number();
            case EQ -> count == bound.number();
            case NEQ -> count != bound.number();
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  /** Of all chains that end at {@code t}, the one whose last, then last but one, … is latest. */
  private static Optional<List<Match>> latestChain(
      CorrelationPlan plan, List<Match> window, long t) {
    int last = plan.members().size() - 1;
    List<List<Match>> chains = new ArrayList<>();
    for (Match match : window) {
      if (match.step() == last && match.timestamp() == t) {
        extend(List.of(match), window, chains);
      }
    }
    Comparator<List<Match>> latest =
        (one, other) -> {
          for (int i = last; i >= 0; i--) {
            int order =
                Comparator.comparingLong(Match::timestamp)
                    .thenComparing(Match::id)
                    .compare(one.get(i), other.get(i));
            if (order != 0) {
              return order;
            }
          }
          return 0;
        };
    return chains.stream().max(latest);
  }

  /** Puts every match of the step before in front of the chain that does not come after it. */
  private static void extend(List<Match> chain, List<Match> window, List<List<Match>> chains) {
    Match head = chain.get(0);
    if (head.step() == 0) {
      chains.add(chain);
      return;
    }
    for (Match match : window) {
      if (match.step() == head.step() - 1 && match.timestamp() <= head.timestamp()) {
        List<Match> longer = new ArrayList<>(List.of(match));
        longer.addAll(chain);
        extend(longer, window, chains);
      }
    }
  }

  /**
   * The chain; a correlation in it stands for all that it contributed to this window up to there.
   */
  private List<Match> withContributions(
      CorrelationPlan plan, List<Match> chain, List<Match> window) {
    List<Match> behind = new ArrayList<>(chain);
    for (Match link : chain) {
      if (rules.correlations().containsKey(plan.members().get(link.step()))) {
        window.stream()
            .filter(m -> m.step() == link.step() && m.timestamp() <= link.timestamp())
            .forEach(behind::add);
      }
    }
    return behind;
  }

  /** One match at each satisfied time, for each correlation that names the rule. */
  private List<Match> contributed(Satisfied satisfied) {
    List<String> groupBy = rules.correlations().get(satisfied.rule()).rule().groupBy();
    List<Match> matches = new ArrayList<>();
    for (CorrelationPlan plan : rules.correlations().values()) {
      int step = plan.members().indexOf(satisfied.rule());
      if (step < 0) {
        continue;
      }
      List<String> counted =
          plan.rule().condition() == null ? List.of() : plan.rule().condition().fields();
      matches.add(
          new Match(
              plan.id(),
              project(plan.rule().groupBy(), groupBy, satisfied.group()),
              step,
              satisfied.at(),
              Match.key(satisfied.rule(), satisfied.group()),
              counted.isEmpty()
                  ? List.of()
                  : List.of(String.join("+", project(counted, groupBy, satisfied.group()))),
              satisfied.events(),
              satisfied.evidence().stream()
                  .map(id -> new Evidence("", satisfied.at(), id, new byte[0]))
                  .toList()));
    }
    return matches;
  }

  private static List<String> project(
      List<String> wanted, List<String> fields, List<String> values) {
    return wanted.stream().map(field -> values.get(fields.indexOf(field))).toList();
  }
}
