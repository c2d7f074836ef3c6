package io.vigie.rules.lint;

import com.google.re2j.Pattern;
import io.vigie.rules.detection.SafePattern;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Values of selections that ask for nothing, or that cost more than they need. */
final class ValueCheck implements Check {
  /** Instructions of a regular expression's program; each costs memory and time on each event. */
  private static final int LARGE_PROGRAM = 2_000;

  private static final java.util.regex.Pattern PLAIN =
      java.util.regex.Pattern.compile(
          "(\\^)?(\\.\\*)?((?:[^\\\\.*+?()\\[\\]{}|^$]|\\\\[^\\w\\s])+)(\\.\\*)?(\\$)?");
  private static final java.util.regex.Pattern ALTERNATIVES =
      java.util.regex.Pattern.compile(
          "\\^?\\(?(?:\\?:)?((?:[^\\\\.*+?()\\[\\]{}|^$]|\\\\[^\\w\\s])+"
              + "(?:\\|(?:[^\\\\.*+?()\\[\\]{}|^$]|\\\\[^\\w\\s])+)+)\\)?\\$?");

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    for (RuleDocument.Part selection : document.selections()) {
      Selections.items(selection.value())
          .forEach(item -> check(item.modifiers(), item.field(), item.values(), problems));
    }
  }

  private static void check(
      List<String> modifiers, String field, List<YamlScalar> values, Problems.OfFile problems) {
    for (YamlScalar value : values) {
      if (modifiers.contains("re")) {
        regex(value, field, modifiers, problems);
      } else if (isPart(field, modifiers) && value.text().matches("\\*?")) {
        empty(value, field, problems);
      }
    }
  }

  private static void empty(YamlScalar value, String field, Problems.OfFile problems) {
    if (field.isEmpty()) {
      problems.warn(
          value.place(),
          "EMPTY_TEXT",
          "the keyword '" + value.text() + "' is in every event",
          "name a word");
    } else if (value.text().isEmpty()) {
      problems.warn(
          value.place(),
          "EMPTY_TEXT",
          "the empty text is in every value",
          "for a field that is there write " + field + "|exists: true");
    } else {
      problems.note(
          value.place(),
          "ANY_TEXT",
          "'*' asks only that the field is there",
          "write " + field + "|exists: true");
    }
  }

  private static boolean isPart(String field, List<String> modifiers) {
    return field.isEmpty()
        || Stream.of("contains", "startswith", "endswith").anyMatch(modifiers::contains);
  }

  private static void regex(
      YamlScalar value, String field, List<String> modifiers, Problems.OfFile problems) {
    String written = value.text();
    Optional<Pattern> pattern = SafePattern.compile(written, 0).accepted();
    if (pattern.isEmpty()) {
      // Whoever reads the rule tells of it.
      return;
    }
    int size = pattern.get().programSize();
    if (size > LARGE_PROGRAM) {
      problems.warn(
          value.place(),
          "LARGE_REGEX",
          "the regular expression needs a program of %,d instructions".formatted(size),
          "repeat less, or write the alternatives as a list of values");
    }
    plainer(written, field, Set.copyOf(modifiers))
        .ifPresent(
            plain ->
                problems.note(
                    value.place(),
                    "PLAIN_REGEX",
                    "the regular expression says what a plain test says",
                    "write " + plain));
  }

  /** What says the same without a regular expression, which is slower to run and to read. */
  private static Optional<String> plainer(String regex, String field, Set<String> modifiers) {
    boolean anyCase = modifiers.contains("i") || regex.startsWith("(?i)");
    String body = regex.startsWith("(?i)") ? regex.substring(4) : regex;
    String cased = anyCase ? "" : "|cased";
    java.util.regex.Matcher plain = PLAIN.matcher(body);
    if (plain.matches()) {
      boolean fromStart = plain.group(1) != null && plain.group(2) == null;
      boolean toEnd = plain.group(5) != null && plain.group(4) == null;
      String where = fromStart ? (toEnd ? "" : "|startswith") : toEnd ? "|endswith" : "|contains";
      return Optional.of(field + where + cased + ": " + quoted(plain.group(3)));
    }
    java.util.regex.Matcher alternatives = ALTERNATIVES.matcher(body);
    boolean wholeOrPart = body.startsWith("^") == body.endsWith("$");
    boolean bracketed = body.contains("(") || !body.contains("^");
    if (alternatives.matches() && wholeOrPart && bracketed) {
      List<String> words =
          java.util.regex.Pattern.compile("\\|")
              .splitAsStream(alternatives.group(1))
              .map(ValueCheck::quoted)
              .toList();
      String where = body.startsWith("^") ? "" : "|contains";
      return Optional.of(field + where + cased + ": [" + String.join(", ", words) + "]");
    }
    return Optional.empty();
  }

  private static String quoted(String regex) {
    String text = regex.replaceAll("\\\\([^\\w\\s])", "$1");
    return text.matches("[\\w./@-]+") ? text : "'" + text.replace("'", "''") + "'";
  }
}
