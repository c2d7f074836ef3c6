package io.vigie.rules.detection;

import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds predicates that no event can fulfil. A rule's author may have overlooked that a field has
 * one value at a time; where a field is a list, two different values of it can be there at once, so
 * whoever tells of a contradiction says that.
 */
public final class Contradictions {
  /** Conditions whose alternatives are more than this are taken for fulfillable. */
  private static final int MAX_STEPS = 20_000;

  private final PredicateText text;
  private final Set<String> lists;
  private final Deque<Claim> open = new ArrayDeque<>();
  private final List<Claim> held = new ArrayList<>();
  private int steps;
  private Optional<Conflict> first = Optional.empty();
  private boolean unlessList;

  /**
   * Two claims that cannot both hold.
   *
   * @param one in words
   * @param other in words
   * @param unlessList whether a list of values could fulfil both
   */
  public record Conflict(String one, String other, boolean unlessList) {}

  /** A predicate that must hold, or must not. */
  private record Claim(Predicate predicate, boolean positive) {}

  private Contradictions(PredicateText text, Set<String> lists) {
    this.text = text;
    this.lists = lists;
  }

  /**
   * A reason why nothing fulfils the predicate; empty where something may.
   *
   * @param lists fields that are known to have several values at a time
   */
  public static Optional<Conflict> of(Predicate predicate, PredicateText text, Set<String> lists) {
    return search(predicate, true, text, lists);
  }

  /** Whether everything fulfils the predicate. */
  public static boolean isAlwaysTrue(Predicate predicate, PredicateText text, Set<String> lists) {
    return search(predicate, false, text, lists)
        .filter(conflict -> !conflict.unlessList)
        .isPresent();
  }

  /**
   * The alternatives of the predicate that nothing fulfils, though others are left. Only
   * alternatives that stand for themselves are looked at, not those of a negated part.
   */
  public static List<Conflict> deadAlternatives(
      Predicate predicate, PredicateText text, Set<String> lists) {
    List<Conflict> dead = new ArrayList<>();
    if (predicate instanceof Predicate.Not) {
      return dead;
    }
    for (Predicate part : predicate.parts()) {
      if (predicate instanceof Predicate.Or && !part.parts().isEmpty()) {
        of(part, text, lists)
            .ifPresentOrElse(dead::add, () -> dead.addAll(deadAlternatives(part, text, lists)));
      } else {
        dead.addAll(deadAlternatives(part, text, lists));
      }
    }
    return dead;
  }

  private static Optional<Conflict> search(
      Predicate predicate, boolean positive, PredicateText text, Set<String> lists) {
    if (predicate.isNever()) {
      return Optional.empty();
    }
    Contradictions search = new Contradictions(text, lists);
    search.open.push(new Claim(predicate, positive));
    return search.fulfillable()
        ? Optional.empty()
        : search.first.map(found -> new Conflict(found.one, found.other, search.unlessList));
  }

  private boolean fulfillable() {
    if (++steps > MAX_STEPS || open.isEmpty()) {
      return true;
    }
    Claim claim = open.pop();
    try {
      Predicate predicate = claim.predicate;
      if (predicate instanceof Predicate.Not not) {
        return with(List.of(new Claim(not.part(), !claim.positive)));
      }
      boolean alternatives =
          claim.positive ? predicate instanceof Predicate.Or : predicate instanceof Predicate.And;
      if (alternatives) {
        return any(predicate.parts(), claim);
      }
      if (predicate instanceof Predicate.And || predicate instanceof Predicate.Or) {
        return with(
            predicate.parts().stream().map(part -> new Claim(part, claim.positive)).toList());
      }
      if (predicate instanceof Predicate.AtLeast) {
        return claim.positive ? any(predicate.parts(), claim) : fulfillable();
      }
      return holds(claim);
    } finally {
      open.push(claim);
    }
  }

  /** Simple claims are decided before those that branch. */
  private boolean with(List<Claim> claims) {
    int before = open.size();
    List<Claim> queued = new ArrayList<>(open);
    for (int i = claims.size() - 1; i >= 0; i--) {
      if (claims.get(i).predicate.parts().isEmpty()) {
        open.addFirst(claims.get(i));
      }
    }
    claims.stream().filter(claim -> !claim.predicate.parts().isEmpty()).forEach(open::addLast);
    boolean fulfillable = fulfillable();
    open.clear();
    queued.forEach(open::addLast);
    if (open.size() != before) {
      throw new IllegalStateException("the search lost its place");
    }
    return fulfillable;
  }

  private boolean any(List<Predicate> parts, Claim claim) {
    for (Predicate part : parts) {
      if (with(List.of(new Claim(part, claim.positive)))) {
        return true;
      }
    }
    return false;
  }

  private boolean holds(Claim claim) {
    for (Claim other : held) {
      Optional<Conflict> conflict = conflict(other, claim);
      if (conflict.isPresent()) {
        first = first.or(() -> conflict);
        unlessList |= conflict.get().unlessList;
        return false;
      }
    }
    if (!claim.positive && isAnything(claim.predicate)) {
      first = first.or(() -> Optional.of(new Conflict(words(claim), "any event", false)));
      return false;
    }
    held.add(claim);
    boolean fulfillable = fulfillable();
    held.remove(held.size() - 1);
    return fulfillable;
  }

  private Optional<Conflict> conflict(Claim one, Claim other) {
    if (one.positive != other.positive
        && Arrays.equals(one.predicate.slots().toArray(), other.predicate.slots().toArray())
        && text.line(one.predicate).equals(text.line(other.predicate))) {
      return Optional.of(new Conflict(words(one), words(other), false));
    }
    if (one.predicate instanceof Predicate.Field a
        && other.predicate instanceof Predicate.Field b
        && a.slot() == b.slot()) {
      Optional<Boolean> unlessList =
          first(
              between(one, a.valueTest(), other, b.valueTest()),
              between(other, b.valueTest(), one, a.valueTest()));
      boolean isList = lists.contains(text.field(a.slot()));
      return unlessList
          .filter(list -> !(list && isList))
          .map(list -> new Conflict(words(one), words(other), list));
    }
    return Optional.empty();
  }

  private static Optional<Boolean> first(Optional<Boolean> one, Optional<Boolean> other) {
    return one.isPresent() ? one : other;
  }

  /** Whether the first rules the other out; the value says whether a list could fulfil both. */
  private static Optional<Boolean> between(Claim one, ValueTest a, Claim other, ValueTest b) {
    boolean missing = isMissing(a) == one.positive && speaksOfPresence(a);
    if (missing) {
      boolean needsValue = speaksOfPresence(b) ? isMissing(b) != other.positive : other.positive;
      return needsValue ? Optional.of(false) : Optional.empty();
    }
    if (one.positive && a instanceof ValueTest.Text text && text.pattern().isLiteral()) {
      Optional<Boolean> passes = passes(text.pattern(), b);
      if (passes.isPresent() && passes.get() != other.positive) {
        return Optional.of(other.positive);
      }
    }
    if (one.positive
        && other.positive
        && a instanceof ValueTest.Compare low
        && b instanceof ValueTest.Compare high) {
      return isEmptyRange(low, high) ? Optional.of(true) : Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean speaksOfPresence(ValueTest test) {
    return test instanceof ValueTest.IsNull || test instanceof ValueTest.Exists;
  }

  private static boolean isMissing(ValueTest test) {
    return test instanceof ValueTest.IsNull
        || (test instanceof ValueTest.Exists exists && !exists.expected());
  }

  /** Whether the one value that the pattern stands for passes; empty where its case decides. */
  private static Optional<Boolean> passes(TextPattern value, ValueTest test) {
    boolean caseDecides =
        test instanceof ValueTest.Regex
            || (test instanceof ValueTest.Text text && text.pattern().isCased());
    if (speaksOfPresence(test) || (caseDecides && !value.isCased())) {
      return Optional.empty();
    }
    return Optional.of(test.test(new FieldValues(List.of(TextNode.valueOf(value.literal())))));
  }

  private static boolean isEmptyRange(ValueTest.Compare low, ValueTest.Compare high) {
    boolean isLow = low.comparison().holds(1);
    boolean isHigh = high.comparison().holds(-1);
    if (!isLow || !isHigh) {
      return false;
    }
    BigDecimal least = low.bound();
    int order = least.compareTo(high.bound());
    return order > 0 || (order == 0 && !(low.comparison().holds(0) && high.comparison().holds(0)));
  }

  private static boolean isAnything(Predicate predicate) {
    return predicate instanceof Predicate.Keyword keyword
        && keyword.valueTest() instanceof ValueTest.Text text
        && text.pattern().longestPiece().isEmpty()
        && !text.pattern().toString().contains("?");
  }

  private String words(Claim claim) {
    return (claim.positive ? "" : "not ") + text.line(claim.predicate);
  }
}
