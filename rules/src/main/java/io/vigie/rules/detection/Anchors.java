package io.vigie.rules.detection;

import io.vigie.ingest.EnrichedFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for each rule of a set the anchors under which it is filed: a few of which at least one
 * holds for every event that the rule matches, such as hold for few events. How rare an anchor is,
 * is guessed: by its kind and length, by how many rules share it, and by how many different texts
 * the rules want of its field.
 */
public final class Anchors {
  private final Map<Anchor, Integer> sharers = new HashMap<>();

  private final IntPredicate added;

  /** By slot: the different whole texts. */
  private final Map<Integer, Integer> variety = new HashMap<>();

  /**
   * Of a set.
   *
   * @param rules of one log source
   */
  public Anchors(Collection<Predicate> rules) {
    this(rules, slot -> false);
  }

  /**
   * Of a set.
   *
   * @param rules of one log source
   * @param added whether a slot is of a field that an event may gain only later, so that it cannot
   *     be looked up by
   */
  public Anchors(Collection<Predicate> rules, IntPredicate added) {
    this.added = added;
    for (Predicate rule : rules) {
      Set<Anchor> possible = new HashSet<>();
      collect(rule, false, possible);
      for (Anchor anchor : possible) {
        if (sharers.merge(anchor, 1, Integer::sum) == 1
            && anchor instanceof Anchor.Text text
            && text.position() == Anchor.Position.WHOLE) {
          variety.merge(text.slot(), 1, Integer::sum);
        }
      }
    }
  }

  /** At least one of these holds where the rule matches; empty where nothing is sure to hold. */
  public Optional<Set<Anchor>> of(Predicate rule) {
    return Optional.ofNullable(choice(rule, false)).map(Choice::anchors);
  }

  /**
   * @param cost about the part of all events that it holds for
   */
  private record Choice(Set<Anchor> anchors, double cost) {}

  private void collect(Predicate predicate, boolean negated, Set<Anchor> out) {
    if (predicate instanceof Predicate.Not not) {
      collect(not.part(), !negated, out);
    } else {
      leaf(predicate, negated).forEach(out::addAll);
      predicate.parts().forEach(part -> collect(part, negated, out));
    }
  }

  private @Nullable Choice choice(Predicate predicate, boolean negated) {
    if (predicate instanceof Predicate.Not not) {
      return choice(not.part(), !negated);
    }
    List<Predicate> parts = predicate.parts();
    if (predicate instanceof Predicate.And) {
      return ofParts(parts, negated, negated ? 1 : parts.size());
    }
    if (predicate instanceof Predicate.Or) {
      return ofParts(parts, negated, negated ? parts.size() : 1);
    }
    if (predicate instanceof Predicate.AtLeast atLeast) {
      return ofParts(
          parts, negated, negated ? parts.size() - atLeast.count() + 1 : atLeast.count());
    }
    return leaf(predicate, negated).stream()
        .map(this::rated)
        .min(Comparator.comparingDouble(Choice::cost))
        .orElse(null);
  }

  /** Where {@code count} of the parts hold, one of any others but {@code count - 1} does. */
  private @Nullable Choice ofParts(List<Predicate> parts, boolean negated, int count) {
    List<Choice> choices =
        parts.stream()
            .map(part -> choice(part, negated))
            .filter(Objects::nonNull)
            .sorted(Comparator.comparingDouble(Choice::cost))
            .toList();
    int enough = parts.size() - count + 1;
    if (choices.size() < enough || enough < 1) {
      return null;
    }
    Set<Anchor> union = new HashSet<>();
    choices.subList(0, enough).forEach(choice -> union.addAll(choice.anchors()));
    return rated(union);
  }

  private Choice rated(Set<Anchor> anchors) {
    return new Choice(anchors, anchors.stream().mapToDouble(this::cost).sum());
  }

  private double cost(Anchor anchor) {
    double shared = 1 + Math.log(sharers.getOrDefault(anchor, 1));
    if (anchor instanceof Anchor.Text text) {
      return shared * likelihood(text);
    }
    if (anchor instanceof Anchor.Network network) {
      Cidr cidr = network.cidr();
      return shared * (0.02 + Math.pow(2, -16.0 * cidr.prefixLength() / cidr.network().length / 8));
    }
    return 2;
  }

  private double likelihood(Anchor.Text anchor) {
    int length = anchor.text().length();
    return switch (anchor.position()) {
      case WHOLE -> 0.3 / (10 + variety.getOrDefault(anchor.slot(), 0)) + (length < 6 ? 0.02 : 0);
      case START, END -> 0.03 + Math.pow(0.6, length);
      // All of the value has to be searched, or all of the event.
      case ANYWHERE ->
          anchor.slot() == Anchor.ANY_FIELD
              ? 1 + Math.pow(0.8, length)
              : 0.06 + Math.pow(0.7, length);
    };
  }

  /** The sets of anchors of a predicate without parts; each alone is enough. */
  private List<Set<Anchor>> leaf(Predicate predicate, boolean negated) {
    if (predicate instanceof Predicate.Field field) {
      return added.test(field.slot()) ? List.of() : field(field.slot(), field.valueTest(), negated);
    }
    if (predicate instanceof Predicate.SameField same && !negated) {
      return Stream.of(same.slot(), same.other())
          .filter(slot -> !added.test(slot))
          .map(Anchors::present)
          .toList();
    }
    if (predicate instanceof Predicate.Keyword keyword && !negated) {
      return texts(Anchor.ANY_FIELD, keyword.valueTest());
    }
    return List.of();
  }

  private static List<Set<Anchor>> field(int slot, ValueTest test, boolean negated) {
    if (test instanceof ValueTest.IsNull) {
      return negated ? List.of(present(slot)) : List.of();
    }
    if (test instanceof ValueTest.Exists exists) {
      return exists.expected() != negated ? List.of(present(slot)) : List.of();
    }
    if (negated) {
      return List.of();
    }
    List<Set<Anchor>> sets = new ArrayList<>(texts(slot, test));
    if (test instanceof ValueTest.InNetwork inNetwork) {
      sets.add(Set.of(new Anchor.Network(slot, inNetwork.cidr())));
    }
    sets.add(present(slot));
    return sets;
  }

  private static Set<Anchor> present(int slot) {
    return Set.of(new Anchor.Present(slot));
  }

  private static List<Set<Anchor>> texts(int slot, ValueTest test) {
    List<Set<Anchor>> sets = new ArrayList<>();
    if (test instanceof ValueTest.Text text) {
      texts(slot, text.pattern(), sets);
    } else if (test instanceof ValueTest.Regex regex) {
      for (Set<String> needed : RegexLiterals.of(regex.pattern().pattern())) {
        Set<Anchor> set = new HashSet<>();
        needed.forEach(text -> set.add(new Anchor.Text(slot, Anchor.Position.ANYWHERE, text)));
        sets.add(set);
      }
    }
    return sets;
  }

  private static void texts(int slot, TextPattern pattern, List<Set<Anchor>> sets) {
    if (pattern.isLiteral()) {
      add(slot, Anchor.Position.WHOLE, pattern.literal(), sets);
      return;
    }
    List<String> pieces = pattern.pieces();
    for (int i = 0; i < pieces.size(); i++) {
      String piece = pieces.get(i);
      int from = 0;
      for (int to = 0; to <= piece.length(); to++) {
        if (to == piece.length() || TextPattern.isWild(piece.charAt(to))) {
          boolean starts = i == 0 && from == 0;
          boolean ends = i == pieces.size() - 1 && to == piece.length();
          if (from < to) {
            add(
                slot,
                starts
                    ? Anchor.Position.START
                    : ends ? Anchor.Position.END : Anchor.Position.ANYWHERE,
                piece.substring(from, to),
                sets);
          }
          from = to + 1;
        }
      }
    }
  }

  private static void add(int slot, Anchor.Position position, String text, List<Set<Anchor>> sets) {
    if (isWellFormed(text)) {
      sets.add(Set.of(new Anchor.Text(slot, position, CaseFolding.fold(text))));
    }
  }

  /** Half a surrogate pair has no bytes of its own, by which texts are looked up. */
  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /**
   * Why a rule has no anchors, for its author.
   *
   * @param fields that the rule's slots are of
   */
  public static Optional<String> whyNone(Predicate rule, Fields fields) {
    List<String> names = fields.names();
    IntPredicate enriched = slot -> EnrichedFields.ALL.contains(names.get(slot));
    return new Anchors(List.of(rule), enriched).of(rule).isPresent()
        ? Optional.empty()
        : Optional.of(why(rule, false, names));
  }

  private static String why(Predicate predicate, boolean negated, List<String> names) {
    if (predicate instanceof Predicate.Not not) {
      return why(not.part(), !negated, names);
    }
    Anchors alone = new Anchors(List.of(), slot -> EnrichedFields.ALL.contains(names.get(slot)));
    for (Predicate part : predicate.parts()) {
      if (alone.choice(part, negated) == null) {
        return why(part, negated, names);
      }
    }
    if (predicate instanceof Predicate.Field field) {
      String name = "'" + names.get(field.slot()) + "'";
      if (EnrichedFields.ALL.contains(names.get(field.slot()))) {
        return "every event has to be enriched to know its " + name;
      }
      return field.valueTest() instanceof ValueTest.IsNull
              || field.valueTest() instanceof ValueTest.Exists
          ? "it may match where " + name + " is missing"
          : "it may match whenever " + name + " has some other value";
    }
    if (predicate instanceof Predicate.SameField same) {
      return "it may match whenever '" + names.get(same.slot()) + "' has some other value";
    }
    if (negated) {
      return "it may match whenever a keyword is missing";
    }
    return "it has a keyword without any fixed text";
  }

  /**
   * The fixed texts of the keywords by which a rule would be looked up, where they are so short.
   */
  public static List<String> shortKeywords(Predicate rule, int shorterThan) {
    return new Anchors(List.of(rule))
        .of(rule).stream()
            .flatMap(Set::stream)
            .filter(anchor -> anchor.slot() == Anchor.ANY_FIELD)
            .map(anchor -> ((Anchor.Text) anchor).text())
            .filter(text -> text.length() < shorterThan)
            .sorted()
            .toList();
  }
}
