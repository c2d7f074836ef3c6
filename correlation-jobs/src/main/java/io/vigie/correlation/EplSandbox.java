package io.vigie.correlation;

import io.vigie.correlation.EsperStatement.Parsed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which EPL texts of rules may run. A statement is data: it can neither reach a class of
 * the host nor grow without bound, and what it says of a group at a time follows from the group's
 * matches inside the timespan and from nothing else.
 *
 * <p>It refuses by default. The statement's object model is walked as a whole, and every kind of
 * node, property, function, window and column that is not known to be harmless is refused; a new
 * version of Esper adds nothing to what is allowed.
 */
public final class EplSandbox {
  /** Longest text, in characters. */
  public static final int MAX_LENGTH = 16 << 10;

  /** Deepest nesting of brackets, and of words that the parser goes down for. */
  private static final int MAX_BRACKETS = 32;

  private static final int MAX_PREFIXES = 64;

  /** Words and signs before an expression that the parser descends for without a bracket. */
  private static final Pattern PREFIX =
      Pattern.compile("\\b(?:not|every|case|when|then|else|new|in)\\b|->|[-+.]");

  /** Texts, comments and quoted names, in which brackets are no brackets. */
  private static final Pattern QUIET =
      Pattern.compile(
          "'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"|`[^`]*+`|//[^\\n]*+"
              + "|/\\*(?:[^*]|\\*(?!/))*+\\*/",
          Pattern.DOTALL);

  /**
   * Why a statement is refused.
   *
   * @param code a stable name for this kind of refusal
   * @param line of the text, from 1; 0 where unknown
   * @param column from 1; 0 where unknown
   * @param instead what to write instead
   */
  public record Refusal(String code, int line, int column, String reason, String instead) {}

  private EplSandbox() {}

  /**
   * All that is wrong with a statement; empty where it may run, in the form that {@link #canonical}
   * gives.
   *
   * @param streams the columns of each stream that the statement may select from
   * @param timespan the rule's; nothing may be remembered for longer
   */
  public static List<Refusal> check(
      String epl, Map<String, Set<String>> streams, Duration timespan) {
    if (epl.length() > MAX_LENGTH) {
      return List.of(
          new Refusal(
              "TOO_LONG",
              0,
              0,
              "the statement has " + epl.length() + " characters, more than " + MAX_LENGTH,
              "split the rule"));
    }
    String loud = silenced(epl);
    List<Refusal> unparsed = unparsable(loud);
    if (!unparsed.isEmpty()) {
      return unparsed;
    }
    Parsed parsed = EsperStatement.parse(epl);
    if (parsed instanceof Parsed.SyntaxError error) {
      return List.of(
          new Refusal(
              "SYNTAX",
              error.line(),
              error.column(),
              error.message(),
              "write one select statement of EPL"));
    }
    Parsed.Statement statement = (Parsed.Statement) parsed;
    EplNode model = EplNode.of(statement.model());
    List<EplRefusals.Unplaced> unplaced = new EplCheck(streams, timespan.toMillis()).check(model);
    if (unplaced.isEmpty() && !sameAgain(model, statement.canonical())) {
      return List.of(
          new Refusal(
              "AMBIGUOUS_TEXT",
              0,
              0,
              "written anew, the statement would mean something else",
              "avoid quotes and backslashes inside texts"));
    }
    Set<Refusal> refusals = new LinkedHashSet<>();
    unplaced.forEach(refused -> refusals.add(placed(refused, loud, epl)));
    return List.copyOf(refusals);
  }

  /**
   * The statement written anew from the object model that was checked: what to run, so that nothing
   * runs that the model does not show.
   *
   * @param epl accepted by {@link #check}
   */
  public static String canonical(String epl) {
    if (EsperStatement.parse(epl) instanceof Parsed.Statement statement) {
      return statement.canonical();
    }
    throw new IllegalArgumentException("not accepted: " + epl);
  }

  private static boolean sameAgain(EplNode model, String canonical) {
    return EsperStatement.parse(canonical) instanceof Parsed.Statement again
        && EplNode.of(again.model()).equals(model);
  }

  /** The text with spaces for what stands in quotes and comments, line breaks kept. */
  private static String silenced(String epl) {
    return QUIET
        .matcher(epl)
        .replaceAll(quiet -> Matcher.quoteReplacement(quiet.group().replaceAll("[^\\n]", " ")));
  }

  /** What would cost the parser its stack or its time. */
  private static List<Refusal> unparsable(String loud) {
    List<Refusal> refusals = new ArrayList<>();
    int open = 0;
    for (int i = 0; i < loud.length(); i++) {
      char c = loud.charAt(i);
      open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (open > MAX_BRACKETS) {
        refusals.add(
            refusal(
                "TOO_DEEP",
                loud,
                i,
                "more than " + MAX_BRACKETS + " brackets stand inside each other",
                "take brackets out"));
        break;
      }
    }
    int run = 0;
    int end = 0;
    Matcher prefix = PREFIX.matcher(loud);
    while (prefix.find()) {
      run = loud.substring(end, prefix.start()).isBlank() ? run + 1 : 0;
      end = prefix.end();
      if (run > MAX_PREFIXES) {
        refusals.add(
            refusal(
                "TOO_DEEP",
                loud,
                prefix.start(),
                "more than " + MAX_PREFIXES + " signs stand in a row",
                "write it shorter"));
        break;
      }
    }
    return refusals;
  }

  /**
   * The object model knows no places, so the place is the first one in the text where the refused
   * word stands.
   */
  private static Refusal placed(EplRefusals.Unplaced refused, String loud, String epl) {
    if (!refused.word().isEmpty()) {
      for (String text : List.of(loud, epl)) {
        Matcher word =
            Pattern.compile(
                    "(?<![\\w.])" + Pattern.quote(refused.word()) + "(?!\\w)",
                    Pattern.CASE_INSENSITIVE)
                .matcher(text);
        if (word.find()) {
          return refusal(refused.code(), epl, word.start(), refused.reason(), refused.instead());
        }
      }
    }
    return new Refusal(refused.code(), 0, 0, refused.reason(), refused.instead());
  }

  private static Refusal refusal(
      String code, String text, int offset, String reason, String instead) {
    int line = 1;
    int start = 0;
    for (int next = text.indexOf('\n'); next >= 0 && next < offset; ) {
      line++;
      start = next + 1;
      next = text.indexOf('\n', start);
    }
    return new Refusal(code, line, offset - start + 1, reason, instead);
  }
}
