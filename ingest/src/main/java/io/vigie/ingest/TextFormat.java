package io.vigie.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a source writes events that are text: the payload of such an event is an object of texts, by
 * the names that the format gives them, and the whole text under {@link #MESSAGE}. The empty text
 * and {@code -} are no values.
 */
sealed interface TextFormat {
  String MESSAGE = "message";

  /**
   * The payload of the event that this text is.
   *
   * @param header the names that a header before this text gave, if there was one
   * @return null where the text is not in this format
   */
  @Nullable ObjectNode read(String text, @Nullable List<String> header);

  /**
   * The names in a line that is a header and no event; empty for a comment, null for any other
   * line.
   */
  default @Nullable List<String> header(String line) {
    return null;
  }

  /** What a text must be to be in this format, for a person. */
  String expected();

  /** Columns first, because they cost a fraction of what patterns cost; then patterns. */
  record Both(Columns columns, Patterns patterns) implements TextFormat {
    @Override
    public @Nullable ObjectNode read(String text, @Nullable List<String> header) {
      ObjectNode payload = columns.read(text, header);
      return payload == null ? patterns.read(text, header) : payload;
    }

    @Override
    public @Nullable List<String> header(String line) {
      return columns.header(line);
    }

    @Override
    public String expected() {
      return patterns.expected();
    }
  }

  private static ObjectNode payload(String text) {
    return JsonNodeFactory.instance.objectNode().put(MESSAGE, text);
  }

  private static void put(ObjectNode payload, String name, @Nullable String value) {
    if (value != null && !value.isEmpty() && !value.equals("-")) {
      payload.put(name, value);
    }
  }

  /**
   * {@link Words}, each of which has its name.
   *
   * @param layouts the first that fits counts
   * @param hasHeader whether a line of names may come first and say what stands in the lines after
   *     it: names that are known, with {@code -} for {@code _} if they like, or {@code #Fields:}
   *     and the names; lines that begin with {@code #} are then no events
   */
  record Columns(List<Layout> layouts, boolean hasHeader) implements TextFormat {
    private static final int MAX_COLUMNS = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    private static final String FIELDS = "#Fields:";

    @Override
    public @Nullable ObjectNode read(String text, @Nullable List<String> header) {
      if (header != null) {
        return new Layout(header, header.size(), null, null).read(text);
      }
      for (Layout layout : layouts) {
        ObjectNode payload = layout.read(text);
        if (payload != null) {
          return payload;
        }
      }
      return null;
    }

    @Override
    public @Nullable List<String> header(String line) {
      if (!hasHeader || line.isBlank()) {
        return null;
      }
      if (line.charAt(0) == '#') {
        return line.startsWith(FIELDS) ? names(line.substring(FIELDS.length())) : List.of();
      }
      // Most lines end here, after their first word.
      if (!NAME.matches(Words.of(line, 1).texts().get(0))) {
        return null;
      }
      List<String> words = Words.of(line, MAX_COLUMNS).texts();
      if (words.size() < 2 || !words.stream().allMatch(NAME::matches)) {
        return null;
      }
      Set<String> known = new HashSet<>();
      layouts.forEach(layout -> known.addAll(layout.names()));
      List<String> names = names(line);
      // Vendors add columns; what is half known is a header all the same.
      return names.stream().filter(known::contains).count() * 2 >= names.size() ? names : null;
    }

    private static List<String> names(String line) {
      return Words.of(line, MAX_COLUMNS).texts().stream()
          .map(
              name ->
                  name.toLowerCase(Locale.ROOT)
                      .replaceAll("[^a-z0-9]+", "_")
                      .replaceAll("^_|_$", ""))
          .toList();
    }

    @Override
    public String expected() {
      return "words in known columns";
    }
  }

  /**
   * Which name each word has.
   *
   * @param atLeast so many words must be there; formats grow at their end
   * @param begins is found at the beginning of each text of this layout, null for any
   * @param more the name of what stands after the last column; null where nothing may
   */
  record Layout(List<String> names, int atLeast, @Nullable Pattern begins, @Nullable String more) {
    @Nullable ObjectNode read(String text) {
      if (begins != null && !begins.matcher(text).lookingAt()) {
        return null;
      }
      Words words = Words.of(text, names.size());
      int count = words.texts().size();
      if (words.isBroken() || count < atLeast || (more == null && !words.rest().isEmpty())) {
        return null;
      }
      ObjectNode payload = payload(text);
      for (int i = 0; i < count; i++) {
        put(payload, names.get(i), words.texts().get(i));
      }
      if (more != null) {
        put(payload, more, words.rest());
      }
      return payload;
    }
  }

  /**
   * Regular expressions, whose named groups are the values.
   *
   * @param patterns the first that is found counts
   * @param inside for a group: the first of these that is found in its text adds its own groups; a
   *     group whose name begins with {@code _} is then no value of its own
   */
  record Patterns(List<Pattern> patterns, Map<String, List<Pattern>> inside) implements TextFormat {
    @Override
    public @Nullable ObjectNode read(String text, @Nullable List<String> header) {
      ObjectNode payload = payload(text);
      if (!putFirst(patterns, text, payload)) {
        return null;
      }
      inside.forEach(
          (group, more) -> {
            String inner = payload.path(group).asText();
            if (!inner.isEmpty()) {
              putFirst(more, inner, payload);
            }
            if (group.startsWith("_")) {
              payload.remove(group);
            }
          });
      return payload;
    }

    private static boolean putFirst(List<Pattern> patterns, String text, ObjectNode payload) {
      for (Pattern pattern : patterns) {
        Matcher found = pattern.matcher(text);
        if (found.find()) {
          pattern.namedGroups().forEach((name, group) -> put(payload, name, found.group(group)));
          return true;
        }
      }
      return false;
    }

    @Override
    public String expected() {
      return "text in a known form";
    }
  }
}
