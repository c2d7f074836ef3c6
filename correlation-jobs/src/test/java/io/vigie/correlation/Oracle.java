package io.vigie.correlation;

import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.rules.correlation.CorrelationCondition;
import io.vigie.rules.correlation.CorrelationCondition.Bound;
import io.vigie.rules.correlation.CorrelationCondition.Count;
import io.vigie.rules.correlation.CorrelationCondition.InOrder;
import io.vigie.rules.correlation.CorrelationCondition.NewTerms;
import io.vigie.rules.correlation.CorrelationCondition.Presence;
import io.vigie.rules.correlation.CorrelationCondition.Together;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    if (plan.rule().condition() instanceof NewTerms terms) {
      return newTerms(plan, terms, group);
    }
    long gap = plan.rule().suppress().toMillis();
    long timespan = plan.rule().timespan().toMillis();
    TreeSet<Long> times = new TreeSet<>();
    group.forEach(match -> times.add(match.timestamp()));

    List<Satisfied> satisfied = new ArrayList<>();
    Set<Match> told = new HashSet<>();
    long first = 0;
    long before = Long.MIN_VALUE;
    for (long t : times) {
      List<Match> window = window(plan, group, t);
      List<Match> behind = behind(plan, window, group, t);
      if (behind.isEmpty() || absenceIsBroken(plan, group, t)) {
        continue;
      }
      long at = plan.rule().condition().waits() ? t + timespan : t;
      if (before == Long.MIN_VALUE || at - before >= gap) {
        first = at;
        told.clear();
      }
      before = at;
      Set<String> events = new TreeSet<>();
      for (Match match : behind) {
        if (told.add(match)) {
          match.evidence().forEach(each -> events.add(each.eventId()));
        }
      }
      satisfied.add(
          new Satisfied(plan.id(), group.get(0).group(), first, at, events.size(), events));
    }
    return satisfied;
  }

  /** A tuple is new where no match strictly before, less than a timespan ago, has it. */
  private static List<Satisfied> newTerms(CorrelationPlan plan, NewTerms terms, List<Match> group) {
    long timespan = plan.rule().timespan().toMillis();
    List<Match> inOrder =
        group.stream()
            .filter(match -> !match.values().isEmpty())
            .sorted(Comparator.comparingLong(Match::timestamp))
            .toList();
    List<Satisfied> satisfied = new ArrayList<>();
    for (long t :
        inOrder.stream().map(Match::timestamp).collect(Collectors.toCollection(TreeSet::new))) {
      long since = t;
      for (int i = inOrder.size() - 1; i >= 0; i--) {
        long earlier = inOrder.get(i).timestamp();
        if (earlier <= since && since - earlier < timespan) {
          since = earlier;
        }
      }
      if (t - since < terms.learning().toMillis()) {
        continue;
      }
      TreeSet<String> values = new TreeSet<>();
      inOrder.stream().filter(m -> m.timestamp() == t).forEach(m -> values.addAll(m.values()));
      for (String value : values) {
        List<Match> having = inOrder.stream().filter(m -> m.values().contains(value)).toList();
        if (having.stream().anyMatch(m -> m.timestamp() < t && m.timestamp() > t - timespan)) {
          continue;
        }
        List<String> named = new ArrayList<>(group.get(0).group());
        named.addAll(Match.values(value));
        Set<String> events =
            having.stream()
                .filter(m -> m.timestamp() == t)
                .flatMap(m -> m.evidence().stream())
                .map(Evidence::eventId)
                .collect(Collectors.toCollection(TreeSet::new));
        satisfied.add(new Satisfied(plan.id(), named, t, t, events.size(), events));
      }
    }
    return satisfied;
  }

  /** Whether something happened that must not, from the time on and before a timespan is over. */
  private static boolean absenceIsBroken(CorrelationPlan plan, List<Match> group, long t) {
    CorrelationCondition condition = plan.rule().condition();
    Set<Integer> absent =
        condition instanceof Together together
            ? together.absent()
            : condition instanceof InOrder order && order.waits()
                ? order.positions().get(order.positions().size() - 1).steps()
                : Set.of();
    long end = t + plan.rule().timespan().toMillis();
    return group.stream()
        .anyMatch(m -> absent.contains(m.step()) && m.timestamp() >= t && m.timestamp() < end);
  }

  /**
   * The evidence for the rule at {@code t}; nothing where it is not satisfied. Where counts decide
   * it is the window, where an order decides the latest chain.
   */
  private List<Match> behind(CorrelationPlan plan, List<Match> window, List<Match> group, long t) {
    CorrelationCondition condition = plan.rule().condition();
    if (condition instanceof InOrder order) {
      return latestChain(plan, order, window, group, t)
          .map(chain -> withContributions(plan, chain, window))
          .orElse(List.of());
    }
    List<Match> wanted =
        condition instanceof Together together
            ? window.stream().filter(m -> !together.absent().contains(m.step())).toList()
            : window;
    boolean now = wanted.stream().anyMatch(match -> match.timestamp() == t);
    return now && fulfils(condition, wanted) ? wanted : List.of();
  }

  /** What lies in the timespan up to {@code t} and behind the last match that empties it. */
  private static List<Match> window(CorrelationPlan plan, List<Match> group, long t) {
    long from = t - plan.rule().timespan().toMillis();
    long end =
        group.stream()
            .filter(m -> plan.ends(m.step()) && m.timestamp() <= t)
            .mapToLong(Match::timestamp)
            .max()
            .orElse(Long.MIN_VALUE);
    return group.stream()
        .filter(m -> m.timestamp() > Math.max(from, end) && m.timestamp() <= t)
        .toList();
  }

  private static boolean fulfils(CorrelationCondition condition, List<Match> window) {
    if (condition instanceof Together together) {
      return holds(together.presence(), window);
    }
    Count count = (Count) condition;
    List<BigDecimal> numbers = new ArrayList<>();
    if (count.type().measures()) {
      window.forEach(match -> match.values().forEach(value -> numbers.add(new BigDecimal(value))));
      numbers.sort(Comparator.naturalOrder());
      if (numbers.isEmpty()) {
        return false;
      }
    }
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal size = BigDecimal.valueOf(Math.max(1, numbers.size()));
    return switch (count.type()) {
      case EVENT_COUNT -> holds(count, BigDecimal.valueOf(window.size()), BigDecimal.ONE);
      case VALUE_COUNT -> {
        Set<String> values = new HashSet<>();
        window.forEach(match -> values.addAll(match.values()));
        yield holds(count, BigDecimal.valueOf(values.size()), BigDecimal.ONE);
      }
      case VALUE_SUM -> holds(count, sum, BigDecimal.ONE);
      case VALUE_AVG -> holds(count, sum, size);
      case VALUE_MEDIAN -> {
        int middle = numbers.size() / 2;
        BigDecimal both =
            numbers.size() % 2 == 1
                ? numbers.get(middle).add(numbers.get(middle))
                : numbers.get(middle - 1).add(numbers.get(middle));
        yield holds(count, both, BigDecimal.valueOf(2));
      }
      case VALUE_PERCENTILE ->
          holds(
              count,
              numbers.stream()
                  .filter(
                      number ->
                          100L * numbers.stream().filter(n -> n.compareTo(number) <= 0).count()
                              >= (long) count.percentile() * numbers.size())
                  .findFirst()
                  .orElseThrow(),
              BigDecimal.ONE);
      default -> throw new IllegalArgumentException("does not count");
    };
  }

  private static boolean holds(Presence presence, List<Match> window) {
    if (presence instanceof Presence.Of of) {
      return window.stream().filter(m -> m.step() == of.step()).count() >= of.atLeast();
    }
    Presence.AtLeast some = (Presence.AtLeast) presence;
    return some.parts().stream().filter(part -> holds(part, window)).count() >= some.count();
  }

  private static boolean holds(Count count, BigDecimal number, BigDecimal divisor) {
    for (Bound bound : count.bounds()) {
      int order = number.compareTo(bound.number().multiply(divisor));
      boolean holds =
          switch (bound.operator()) {
            case GT -> order > 0;
            case GTE -> order >= 0;
            case LT -> order < 0;
            case LTE -> order <= 0;
            case EQ -> order == 0;
            case NEQ -> order != 0;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  /** Of all chains that end at {@code t}, the one whose last, then last but one, … is latest. */
  private static Optional<List<Match>> latestChain(
      CorrelationPlan plan, InOrder order, List<Match> window, List<Match> group, long t) {
    List<Integer> links = order.chain();
    long timespan = plan.rule().timespan().toMillis();
    List<List<Match>> chains = new ArrayList<>();
    for (Match match : window) {
      if (order.positions().get(links.get(links.size() - 1)).steps().contains(match.step())
          && match.timestamp() == t) {
        extend(order, links, List.of(match), window, chains);
      }
    }
    Comparator<List<Match>> latest =
        (one, other) -> {
          for (int i = links.size() - 1; i >= 0; i--) {
            int difference =
                Comparator.comparingLong(Match::timestamp)
                    .thenComparing(Match.ORDER)
                    .compare(one.get(i), other.get(i));
            if (difference != 0) {
              return difference;
            }
          }
          return 0;
        };
    return chains.stream()
        .filter(chain -> nothingSpoils(order, links, chain, plan, group, timespan))
        .max(latest);
  }

  private static boolean nothingSpoils(
      InOrder order,
      List<Integer> links,
      List<Match> chain,
      CorrelationPlan plan,
      List<Match> group,
      long timespan) {
    for (int i = 0; i < links.size(); i++) {
      int position = links.get(i);
      if (position == 0 || !order.positions().get(position - 1).negated()) {
        continue;
      }
      Set<Integer> absent = order.positions().get(position - 1).steps();
      long to = chain.get(i).timestamp();
      long from = i == 0 ? to - timespan + 1 : chain.get(i - 1).timestamp();
      if (window(plan, group, to).stream()
          .anyMatch(m -> absent.contains(m.step()) && m.timestamp() >= from)) {
        return false;
      }
    }
    return true;
  }

  /** Puts every match of the place before in front of the chain that does not come after it. */
  private static void extend(
      InOrder order,
      List<Integer> links,
      List<Match> chain,
      List<Match> window,
      List<List<Match>> chains) {
    if (chain.size() == links.size()) {
      chains.add(chain);
      return;
    }
    Set<Integer> steps = order.positions().get(links.get(links.size() - chain.size() - 1)).steps();
    for (Match match : window) {
      if (steps.contains(match.step())
          && match.timestamp() <= chain.get(0).timestamp()
          && !chain.contains(match)) {
        List<Match> longer = new ArrayList<>(List.of(match));
        longer.addAll(chain);
        extend(order, links, longer, window, chains);
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
    List<String> groupBy = rules.correlations().get(satisfied.rule()).rule().alertFields();
    List<Match> matches = new ArrayList<>();
    for (CorrelationPlan plan : rules.correlations().values()) {
      int step = plan.members().indexOf(satisfied.rule());
      if (step < 0) {
        continue;
      }
      List<String> counted = plan.rule().condition().fields();
      matches.add(
          new Match(
              plan.id(),
              project(plan.rule().groupBy(), groupBy, satisfied.group()),
              step,
              satisfied.at(),
              Match.key(satisfied.rule(), satisfied.group()),
              counted.isEmpty()
                  ? List.of()
                  : List.of(Match.tuple(project(counted, groupBy, satisfied.group()))),
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
