package io.vigie.rules.detection;

import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compiles a condition over named selections: {@code and}, {@code or}, {@code not}, parentheses,
 * {@code 1 of x*}, {@code all of them}, {@code 2 of x*}. Names that begin with an underscore are
 * not among {@code them}. Source: Sigma rules specification 2.1.0, "Condition".
 */
public final class ConditionReader<T> {
  private static final Pattern TOKEN = Pattern.compile("\\s*([()|]|[^\\s()|]+)");
  private static final int MAX_DEPTH = 50;

  private final Map<String, T> selections;
  private final Operators<T> operators;
  private final Place place;
  private final Problems.OfFile problems;
  private final List<String> tokens = new ArrayList<>();
  private int next;
  private int depth;

  /** What a condition is made of. */
  public interface Operators<T> {
    T and(List<T> parts);

    T or(List<T> parts);

    T not(T part);

    T atLeast(int count, List<T> parts);
  }

  private ConditionReader(
      String condition,
      Map<String, T> selections,
      Operators<T> operators,
      Place place,
      Problems.OfFile problems) {
    this.selections = selections;
    this.operators = operators;
    this.place = place;
    this.problems = problems;
    Matcher matcher = TOKEN.matcher(condition);
    while (matcher.find()) {
      tokens.add(matcher.group(1));
    }
  }

  /** Empty where there is a problem, which is reported at the place. */
  public static <T> Optional<T> read(
      String condition,
      Map<String, T> selections,
      Operators<T> operators,
      Place place,
      Problems.OfFile problems) {
    return new ConditionReader<>(condition, selections, operators, place, problems).read();
  }

  private Optional<T> read() {
    try {
      T predicate = or();
      if (next < tokens.size()) {
        throw tokens.get(next).equals("|")
            ? aggregation()
            : unexpected("'" + tokens.get(next) + "' is not expected here");
      }
      return Optional.of(predicate);
    } catch (BadCondition e) {
      problems.error(place, e.code, e.problem, e.suggestion);
      return Optional.empty();
    }
  }

  private T or() {
    List<T> parts = new ArrayList<>();
    do {
      parts.add(and());
    } while (accept("or"));
    return parts.size() == 1 ? parts.get(0) : operators.or(parts);
  }

  private T and() {
    List<T> parts = new ArrayList<>();
    do {
      parts.add(unary());
    } while (accept("and"));
    return parts.size() == 1 ? parts.get(0) : operators.and(parts);
  }

  private T unary() {
    if (++depth > MAX_DEPTH) {
      throw unexpected("nested more than " + MAX_DEPTH + " levels deep");
    }
    try {
      if (accept("not")) {
        return operators.not(unary());
      }
      if (!accept("(")) {
        return operand();
      }
      T inner = or();
      if (!accept(")")) {
        throw unexpected("a parenthesis is not closed");
      }
      return inner;
    } finally {
      depth--;
    }
  }

  private T operand() {
    if (next >= tokens.size()) {
      throw unexpected("the condition ends where a selection is expected");
    }
    String token = tokens.get(next++);
    if (token.equals("|")) {
      throw aggregation();
    }
    boolean isAny = token.equalsIgnoreCase("any");
    boolean quantifier = isAny || token.equalsIgnoreCase("all") || token.matches("\\d{1,4}");
    if (quantifier && accept("of")) {
      return quantified(isAny ? "1" : token);
    }
    return selection(token);
  }

  private T quantified(String quantifier) {
    if (next >= tokens.size()) {
      throw unexpected("'of' needs a name, a pattern or 'them'");
    }
    String pattern = tokens.get(next++);
    List<T> chosen = new ArrayList<>();
    selections.forEach(
        (name, predicate) -> {
          if (isChosen(name, pattern)) {
            chosen.add(predicate);
          }
        });
    if (chosen.isEmpty()) {
      throw unknown(pattern);
    }
    if (quantifier.equalsIgnoreCase("all")) {
      return operators.and(chosen);
    }
    int count = Integer.parseInt(quantifier);
    if (count < 1 || count > chosen.size()) {
      throw unexpected(
          "'" + count + " of " + pattern + "' can never be right: " + chosen.size() + " are named");
    }
    return count == 1 ? operators.or(chosen) : operators.atLeast(count, chosen);
  }

  private static boolean isChosen(String name, String pattern) {
    if (pattern.equalsIgnoreCase("them")) {
      return !name.startsWith("_");
    }
    String regex =
        Pattern.compile("\\*")
            .splitAsStream(pattern + "\0")
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return (name + "\0").matches(regex);
  }

  private T selection(String name) {
    T selection = selections.get(name);
    if (selection == null) {
      throw unknown(name);
    }
    return selection;
  }

  private boolean accept(String word) {
    if (next < tokens.size() && tokens.get(next).equalsIgnoreCase(word)) {
      next++;
      return true;
    }
    return false;
  }

  private static BadCondition aggregation() {
    return new BadCondition(
        "PIPE_IN_CONDITION",
        "aggregations after '|' are not part of Sigma any more",
        "write a correlation of type event_count or value_count");
  }

  private BadCondition unexpected(String problem) {
    return new BadCondition(
        "BAD_CONDITION", problem, "for example: selection and not 1 of filter_*");
  }

  private BadCondition unknown(String name) {
    String near = Problems.didYouMean(name, selections.keySet());
    return new BadCondition(
        "UNKNOWN_SELECTION",
        "the condition names '" + name + "', which is no selection",
        near.isEmpty() ? "there are: " + String.join(", ", selections.keySet()) : near);
  }

  private static final class BadCondition extends RuntimeException {
    private final String code;
    private final String problem;
    private final String suggestion;

    private BadCondition(String code, String problem, String suggestion) {
      super(problem, null, false, false);
      this.code = code;
      this.problem = problem;
      this.suggestion = suggestion;
    }
  }
}
