package io.vigie.rules.detection;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The compiled condition of a detection rule: a tree over {@link ValueTest}s. */
public sealed interface Predicate {

  /** How conditions join predicates. */
  ConditionReader.Operators<Predicate> OPERATORS =
      new ConditionReader.Operators<>() {
        @Override
        public Predicate and(List<Predicate> parts) {
          return new And(parts);
        }

        @Override
        public Predicate or(List<Predicate> parts) {
          return new Or(parts);
        }

        @Override
        public Predicate not(Predicate part) {
          return new Not(part);
        }

        @Override
        public Predicate atLeast(int count, List<Predicate> parts) {
          return new AtLeast(count, parts);
        }
      };

  boolean test(EventView event);

  /** That of a rule which rests, because it needs what is not there. */
  static Predicate never() {
    return new Or(List.of());
  }

  default boolean isNever() {
    return equals(never());
  }

  /** The slots of the fields that it looks at. */
  default IntStream slots() {
    return parts().stream().flatMapToInt(Predicate::slots);
  }

  /** Whether it may look at every value of an event, whatever its field. */
  default boolean looksAtEverything() {
    return parts().stream().anyMatch(Predicate::looksAtEverything);
  }

  /**
   * The same predicate, which looks at some fields last: only where the rest leaves it undecided.
   *
   * @param dear whether a slot is of such a field
   */
  default Predicate lookingLastAt(IntPredicate dear) {
    return this;
  }

  private static List<Predicate> dearLast(List<Predicate> parts, IntPredicate dear) {
    return parts.stream()
        .map(part -> part.lookingLastAt(dear))
        .sorted(Comparator.comparing(part -> part.slots().anyMatch(dear)))
        .toList();
  }

  /** Of what it is made up. */
  default List<Predicate> parts() {
    return List.of();
  }

  record And(List<Predicate> parts) implements Predicate {
    @Override
    public Predicate lookingLastAt(IntPredicate dear) {
      return new And(dearLast(parts, dear));
    }

    @Override
    public boolean test(EventView event) {
      for (Predicate part : parts) {
        if (!part.test(event)) {
          return false;
        }
      }
      return true;
    }
  }

  record Or(List<Predicate> parts) implements Predicate {
    @Override
    public Predicate lookingLastAt(IntPredicate dear) {
      return new Or(dearLast(parts, dear));
    }

    @Override
    public boolean test(EventView event) {
      for (Predicate part : parts) {
        if (part.test(event)) {
          return true;
        }
      }
      return false;
    }
  }

  record Not(Predicate part) implements Predicate {
    @Override
    public Predicate lookingLastAt(IntPredicate dear) {
      return new Not(part.lookingLastAt(dear));
    }

    @Override
    public List<Predicate> parts() {
      return List.of(part);
    }

    @Override
    public boolean test(EventView event) {
      return !part.test(event);
    }
  }

  /** At least {@code count} of the parts hold. */
  record AtLeast(int count, List<Predicate> parts) implements Predicate {
    @Override
    public Predicate lookingLastAt(IntPredicate dear) {
      return new AtLeast(count, dearLast(parts, dear));
    }

    @Override
    public boolean test(EventView event) {
      int holding = 0;
      for (Predicate part : parts) {
        if (part.test(event) && ++holding == count) {
          return true;
        }
      }
      return false;
    }
  }

  record Field(int slot, ValueTest valueTest) implements Predicate {
    @Override
    public IntStream slots() {
      return IntStream.of(slot);
    }

    @Override
    public boolean test(EventView event) {
      return valueTest.test(event.values(slot));
    }
  }

  /**
   * A value of the field has a value of the other field in it, where the anchoring says. Of values
   * that need not be equal the first hundred of the other field count, because lists may be long.
   */
  record SameField(int slot, int other, TextPattern.Anchoring anchoring, boolean cased)
      implements Predicate {
    private static final int MAX_PARTS = 100;

    @Override
    public IntStream slots() {
      return IntStream.of(slot, other);
    }

    @Override
    public boolean test(EventView event) {
      List<String> values = texts(event.values(slot));
      List<String> others = texts(event.values(other));
      if (anchoring == TextPattern.Anchoring.WHOLE) {
        return !Collections.disjoint(new HashSet<>(others), values);
      }
      return others.stream()
          .limit(MAX_PARTS)
          .anyMatch(part -> values.stream().anyMatch(value -> anchoring.holds(value, part)));
    }

    private List<String> texts(FieldValues values) {
      return cased ? values.texts() : values.folded();
    }
  }

  /** Some value of the event, whatever its field, passes. */
  record Keyword(ValueTest valueTest) implements Predicate {
    @Override
    public boolean looksAtEverything() {
      return true;
    }

    @Override
    public boolean test(EventView event) {
      return valueTest.test(event.leaves());
    }
  }
}
