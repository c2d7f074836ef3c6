package io.vigie.rules.detection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts without which a regular expression finds nothing. It knows only what is plain of RE2's
 * syntax; of an expression with anything else in it, it says nothing. Source: RE2 syntax,
 * https://github.com/google/re2/wiki/Syntax.
 */
final class RegexLiterals {
  private static final Pattern COUNTS = Pattern.compile("\\{(\\d+)(,(\\d*))?}");
  private static final Pattern FLAGS = Pattern.compile("\\(\\?[imsU-]+([:)])");
  private static final Pattern NAME = Pattern.compile("\\(\\?P?<\\w+>");
  private static final int MAX_ALTERNATIVES = 50;
  private static final int MAX_DEPTH = 100;

  private static final Part ANY = new Part(null, List.of());
  private static final Part NOTHING = new Part("", List.of());

  private final String regex;
  private int at;
  private int depth;

  /** What is beyond this parser. */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Unknown() {
      super("not plain", null, false, false);
    }
  }

  /**
   * A part of an expression.
   *
   * @param exact the only text that it matches, up to case; null if there are several
   * @param needed of each set one text is in everything that it matches
   */
  private record Part(@Nullable String exact, List<Set<String>> needed) {
    private List<Set<String>> all() {
      if (exact == null || exact.isEmpty()) {
        return needed;
      }
      List<Set<String>> all = new ArrayList<>(needed);
      all.add(Set.of(exact));
      return all;
    }
  }

  private RegexLiterals(String regex) {
    this.regex = regex;
  }

  /**
   * Of each set at least one text, in ASCII and lower case, stands without regard to case in every
   * text in which the expression finds something.
   */
  static List<Set<String>> of(String regex) {
    try {
      RegexLiterals parser = new RegexLiterals(regex);
      Part whole = parser.alternatives();
      return parser.at == regex.length() ? whole.all() : List.of();
    } catch (Unknown e) {
      return List.of();
    }
  }

  private Part alternatives() {
    if (++depth > MAX_DEPTH) {
      throw new Unknown();
    }
    List<Part> parts = new ArrayList<>();
    parts.add(sequence());
    while (accept('|')) {
      parts.add(sequence());
    }
    depth--;
    return parts.size() == 1 ? parts.get(0) : either(parts);
  }

  private static Part either(List<Part> parts) {
    Set<String> union = new HashSet<>();
    for (Part part : parts) {
      Set<String> best = Set.of();
      for (Set<String> set : part.all()) {
        if (best.isEmpty() || shortest(set) > shortest(best)) {
          best = set;
        }
      }
      union.addAll(best);
      if (best.isEmpty() || union.size() > MAX_ALTERNATIVES) {
        return ANY;
      }
    }
    return new Part(null, List.of(union));
  }

  private static int shortest(Set<String> texts) {
    return texts.stream().mapToInt(String::length).min().orElse(0);
  }

  private Part sequence() {
    StringBuilder run = new StringBuilder();
    List<Set<String>> needed = new ArrayList<>();
    boolean exact = true;
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      Part part = repeated(atom());
      if (part.exact() != null) {
        run.append(part.exact());
        continue;
      }
      exact = false;
      end(run, needed);
      needed.addAll(part.needed());
    }
    if (exact) {
      return new Part(run.toString(), List.of());
    }
    end(run, needed);
    return new Part(null, needed);
  }

  private static void end(StringBuilder run, List<Set<String>> needed) {
    if (!run.isEmpty()) {
      needed.add(Set.of(run.toString()));
      run.setLength(0);
    }
  }

  private Part repeated(Part once) {
    Part part = once;
    while (at < regex.length()) {
      Matcher counts = COUNTS.matcher(regex).region(at, regex.length());
      int least;
      if (accept('*') || accept('?')) {
        least = 0;
      } else if (accept('+')) {
        least = 1;
      } else if (counts.lookingAt()) {
        least = counts.group(1).matches("0+") ? 0 : 1;
        at = counts.end();
      } else {
        return part;
      }
      accept('?');
      part = least == 0 ? ANY : new Part(null, part.all());
    }
    return part;
  }

  private Part atom() {
    char c = regex.charAt(at);
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        at++;
        skipClass();
        return ANY;
      }
      case '\\' -> {
        at++;
        return escape();
      }
      case '.' -> {
        at++;
        return ANY;
      }
      case '^', '$' -> {
        at++;
        return NOTHING;
      }
      default -> {
        at++;
        return plain(c);
      }
    }
  }

  private Part group() {
    Matcher flags = FLAGS.matcher(regex).region(at, regex.length());
    Matcher name = NAME.matcher(regex).region(at, regex.length());
    if (flags.lookingAt()) {
      at = flags.end();
      if (flags.group(1).equals(")")) {
        return NOTHING;
      }
    } else if (name.lookingAt()) {
      at = name.end();
    } else if (regex.startsWith("(?:", at)) {
      at += 3;
    } else if (regex.startsWith("(?", at)) {
      throw new Unknown();
    } else {
      at++;
    }
    Part inner = alternatives();
    if (!accept(')')) {
      throw new Unknown();
    }
    return inner;
  }

  private void skipClass() {
    accept('^');
    boolean first = true;
    while (at < regex.length()) {
      char c = regex.charAt(at++);
      if (c == ']' && !first) {
        return;
      }
      first = false;
      if (c == '\\') {
        if (at < regex.length() && "QE".indexOf(regex.charAt(at)) >= 0) {
          throw new Unknown();
        }
        at++;
      } else if (c == '[' && at < regex.length() && regex.charAt(at) == ':') {
        int end = regex.indexOf(":]", at + 1);
        if (end < 0) {
          throw new Unknown();
        }
        at = end + 2;
      }
    }
    throw new Unknown();
  }

  private Part escape() {
    if (at == regex.length()) {
      throw new Unknown();
    }
    char c = regex.charAt(at++);
    if ("dDsSwWaftnrv".indexOf(c) >= 0) {
      return ANY;
    }
    if ("bBAz".indexOf(c) >= 0) {
      return NOTHING;
    }
    if (c < 0x80 && !Character.isLetterOrDigit(c)) {
      return plain(c);
    }
    throw new Unknown();
  }

  /** Letters beyond ASCII have more forms than two. */
  private static Part plain(char c) {
    return c < 0x80 ? new Part(String.valueOf(Character.toLowerCase(c)), List.of()) : ANY;
  }

  private boolean accept(char c) {
    if (at < regex.length() && regex.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }
}
