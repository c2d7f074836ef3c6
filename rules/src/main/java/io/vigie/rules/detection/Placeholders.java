package io.vigie.rules.detection;

import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lists of values that stand for {@code %name%} in values with the modifier {@code expand}: of
 * the administrators, the jump servers, whatever a company's rules must know. They come from
 * documents of the rule files, and are known to all rules of all files:
 *
 * <pre>{@code
 * placeholders:
 *   Administrators: [alice, bob, adm_*]
 *   JumpServers: [jump-1]
 * }</pre>
 *
 * A value of a list is a text as in any selection, wildcards included. Source of the modifier:
 * Sigma rules specification 2.1.0, "Placeholders".
 */
public final class Placeholders {
  private static final Pattern NAME = Pattern.compile("%([\\p{Alnum}_.-]+)%");

  /** Of one written text. */
  static final int MAX_VALUES = 10_000;

  private final Map<String, List<String>> lists = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();

  /**
   * Adds a list.
   *
   * @param place of its name, for the problem that there is where it is known already
   */
  public void add(String name, List<String> values, Place place, Problems.OfFile problems) {
    if (!NAME.matcher("%" + name + "%").matches()) {
      problems.error(
          place,
          "BAD_LIST_NAME",
          "'" + name + "' cannot stand between percent signs",
          "use letters, digits, '_', '-' and '.'");
    }
    String taken = files.putIfAbsent(name, problems.file());
    if (taken != null) {
      problems.error(
          place,
          "DUPLICATE_LIST",
          "the list '" + name + "' is there already, in " + taken,
          "put all values into one list");
    }
    lists.putIfAbsent(name, List.copyOf(values));
  }

  /** Names of all lists. */
  Collection<String> names() {
    return lists.keySet();
  }

  /** What a written text becomes. */
  sealed interface Expansion {
    /** These texts, any of which may be meant; none where a list is empty. */
    record Values(List<String> texts) implements Expansion {}

    /** Nothing, for want of this list. */
    record Missing(String name) implements Expansion {}

    /** Nothing: there would be more than {@link #MAX_VALUES}. */
    record TooMany() implements Expansion {}
  }

  /**
   * The text with each {@code %name%} replaced by each value of its list; a percent sign behind a
   * backslash is one.
   *
   * @param quoted how a value is written there
   */
  Expansion expand(String written, UnaryOperator<String> quoted) {
    List<String> texts = List.of("");
    StringBuilder plain = new StringBuilder();
    Matcher placeholder = NAME.matcher(written);
    for (int at = 0; at < written.length(); at++) {
      char c = written.charAt(at);
      char next = at + 1 < written.length() ? written.charAt(at + 1) : 0;
      if (c == '\\' && next == '%') {
        plain.append('%');
        at++;
      } else if (c == '\\' && next == '\\') {
        plain.append("\\\\");
        at++;
      } else if (c == '%' && placeholder.find(at) && placeholder.start() == at) {
        List<String> values = lists.get(placeholder.group(1));
        if (values == null) {
          return new Expansion.Missing(placeholder.group(1));
        }
        if ((long) texts.size() * values.size() > MAX_VALUES) {
          return new Expansion.TooMany();
        }
        String before = plain.toString();
        texts =
            texts.stream()
                .flatMap(text -> values.stream().map(value -> text + before + quoted.apply(value)))
                .toList();
        plain.setLength(0);
        at = placeholder.end() - 1;
      } else {
        plain.append(c);
      }
    }
    return new Expansion.Values(texts.stream().map(text -> text + plain).toList());
  }
}
