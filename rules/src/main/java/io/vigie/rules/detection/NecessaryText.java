package io.vigie.rules.detection;

/**
 * How long a text each match of a predicate must have in it: rules are found by such texts, and one
 * without any is tried on every event of its log source.
 */
public final class NecessaryText {
  /** A whole value is found by a table, however short it is. */
  public static final int WHOLE_VALUE = 1_000;

  private NecessaryText() {}

  /** In characters; 0 where there is none, at least {@link #WHOLE_VALUE} for a whole value. */
  public static int length(Predicate predicate) {
    if (predicate instanceof Predicate.And and) {
      return and.parts().stream().mapToInt(NecessaryText::length).max().orElse(0);
    }
    if (predicate instanceof Predicate.Or || predicate instanceof Predicate.AtLeast) {
      return predicate.parts().stream().mapToInt(NecessaryText::length).min().orElse(0);
    }
    if (predicate instanceof Predicate.Field field) {
      return length(field.valueTest());
    }
    return predicate instanceof Predicate.Keyword keyword ? length(keyword.valueTest()) : 0;
  }

  /** Whether each match of the predicate is found by keywords alone, or by nothing. */
  public static boolean isKeyword(Predicate predicate) {
    return predicate instanceof Predicate.Keyword
        || (!predicate.parts().isEmpty()
            && predicate.parts().stream().allMatch(NecessaryText::isKeyword));
  }

  private static int length(ValueTest test) {
    if (test instanceof ValueTest.Text text) {
      int longest = text.pattern().longestPiece().length();
      return text.pattern().isLiteral() ? WHOLE_VALUE + longest : longest;
    }
    return test instanceof ValueTest.Regex regex ? literal(regex.pattern().pattern()) : 0;
  }

  /** The longest run of plain characters outside of groups, where there are no alternatives. */
  private static int literal(String regex) {
    if (regex.indexOf('|') >= 0) {
      return 0;
    }
    int longest = 0;
    int run = 0;
    int depth = 0;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      boolean plain = Character.isLetterOrDigit(c) || " _-/:@,=\"'<>#%&;!~".indexOf(c) >= 0;
      if (c == '\\' && i + 1 < regex.length()) {
        i++;
        plain = !Character.isLetterOrDigit(regex.charAt(i));
      } else if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      }
      run = plain && depth == 0 ? run + 1 : 0;
      longest = Math.max(longest, followedByOptional(regex, i) ? run - 1 : run);
    }
    return longest;
  }

  private static boolean followedByOptional(String regex, int at) {
    return at + 1 < regex.length() && "?*{".indexOf(regex.charAt(at + 1)) >= 0;
  }
}
