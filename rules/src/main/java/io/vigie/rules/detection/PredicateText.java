package io.vigie.rules.detection;

import com.google.re2j.Pattern;
import io.vigie.rules.detection.ValueTest.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Predicates in words: what the engine understood of a rule. */
public final class PredicateText {
  private final List<String> fields;

  /**
   * @param fields names by slot
   */
  public PredicateText(List<String> fields) {
    this.fields = List.copyOf(fields);
  }

  /**
   * The predicate as an indented tree, a part a line.
   *
   * @param remark is given the name of each field and says what to tell of it; may be empty
   */
  public List<String> tree(Predicate predicate, Function<String, String> remark) {
    List<String> lines = new ArrayList<>();
    draw(predicate, "", "", remark, lines);
    return lines;
  }

  private void draw(
      Predicate predicate,
      String first,
      String rest,
      Function<String, String> remark,
      List<String> lines) {
    String remarks =
        predicate.parts().isEmpty()
            ? predicate
                .slots()
                .mapToObj(slot -> remark.apply(fields.get(slot)))
                .filter(text -> !text.isEmpty())
                .reduce("", (before, text) -> before + "  " + text)
            : "";
    lines.add(first + line(predicate) + remarks);
    List<Predicate> parts = predicate.parts();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      draw(
          parts.get(i),
          rest + (last ? "\u2514\u2500 " : "\u251C\u2500 "),
          rest + (last ? "   " : "\u2502  "),
          remark,
          lines);
    }
  }

  /** The name of a slot's field. */
  String field(int slot) {
    return fields.get(slot);
  }

  /** One test in words, or the word that joins the parts of a predicate that has any. */
  public String line(Predicate predicate) {
    if (predicate.isNever()) {
      return "never: a list of values is not there";
    }
    if (predicate instanceof Predicate.And) {
      return "and";
    }
    if (predicate instanceof Predicate.Or) {
      return "or";
    }
    if (predicate instanceof Predicate.Not) {
      return "not";
    }
    if (predicate instanceof Predicate.AtLeast atLeast) {
      return "at least " + atLeast.count() + " of";
    }
    if (predicate instanceof Predicate.Field field) {
      return fields.get(field.slot()) + " " + words(field.valueTest());
    }
    if (predicate instanceof Predicate.Keyword keyword) {
      return "any value " + words(keyword.valueTest());
    }
    if (predicate instanceof Predicate.SameField same) {
      return "%s %s the field %s%s"
          .formatted(
              fields.get(same.slot()),
              same.anchoring() == TextPattern.Anchoring.WHOLE
                  ? "="
                  : same.anchoring().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              fields.get(same.other()),
              same.cased() ? " (case counts)" : "");
    }
    return predicate.toString();
  }

  private static String words(ValueTest test) {
    if (test instanceof ValueTest.IsNull) {
      return "is missing or null";
    }
    if (test instanceof ValueTest.Exists exists) {
      return exists.expected() ? "is there" : "is missing or null";
    }
    if (test instanceof ValueTest.Text text) {
      TextPattern pattern = text.pattern();
      String written = pattern.toString();
      return (pattern.isLiteral() ? "= " : "like ")
          + (written.isEmpty() ? "''" : written)
          + (pattern.isCased() ? " (case counts)" : "");
    }
    if (test instanceof ValueTest.Regex regex) {
      return "matches /" + regex.pattern().pattern() + "/" + flags(regex.pattern().flags());
    }
    if (test instanceof ValueTest.InNetwork inNetwork) {
      return "in " + inNetwork.cidr();
    }
    if (test instanceof ValueTest.Compare compare) {
      return sign(compare.comparison()) + " " + compare.bound().toPlainString();
    }
    if (test instanceof ValueTest.Time time) {
      return "in UTC: %s %s %d"
          .formatted(
              time.part().name().toLowerCase(Locale.ROOT), sign(time.comparison()), time.bound());
    }
    return test.toString();
  }

  private static String flags(int flags) {
    return ((flags & Pattern.CASE_INSENSITIVE) != 0 ? "i" : "")
        + ((flags & Pattern.MULTILINE) != 0 ? "m" : "")
        + ((flags & Pattern.DOTALL) != 0 ? "s" : "");
  }

  private static String sign(Comparison comparison) {
    return switch (comparison) {
      case LT -> "<";
      case LTE -> "<=";
      case GT -> ">";
      case GTE -> ">=";
      case EQ -> "=";
    };
  }
}
