package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dotted path into a payload, case-sensitive. At every object a key that holds all that is left
 * of the path, dots included, goes before the key that holds its first part: {@code
 * output_fields.proc.name} finds {@code {"output_fields": {"proc.name": …}}}.
 *
 * <p>{@code target[type=User].id} goes on with those elements of {@code target} only whose {@code
 * type} has the text {@code User}.
 */
final class FieldPath implements FieldReader {
  private static final Pattern SEGMENT =
      Pattern.compile("([^.\\[\\]]+)(?:\\[([^=\\[\\]]+)=([^\\[\\]]*)])?(?:\\.|$)");

  private final String name;
  private final String[] keys;
  private final @Nullable Filter[] filters;
  private final @Nullable String[] rests;
  private final boolean anyDots;

  /** Lets pass the objects whose member {@code key} has this text. */
  private record Filter(String key, String text) {
    boolean passes(JsonNode element) {
      JsonNode value = element.path(key);
      return value.isValueNode() && !value.isNull() && value.asText().equals(text);
    }
  }

  FieldPath(String name) {
    this(name, false);
  }

  private FieldPath(String name, boolean anyDots) {
    this.name = name;
    this.anyDots = anyDots;
    List<String> parts = new ArrayList<>();
    List<@Nullable Filter> between = new ArrayList<>();
    if (!split(name, parts, between)) {
      parts = List.of(name.split("\\.", -1));
      between = Collections.nCopies(parts.size(), null);
    }
    this.keys = parts.toArray(String[]::new);
    this.filters = between.toArray(Filter[]::new);
    this.rests = new String[keys.length];
    String rest = "";
    for (int i = keys.length - 1; i >= 0 && filters[i] == null; i--) {
      rest = rest.isEmpty() ? keys[i] : keys[i] + "." + rest;
      rests[i] = rest;
    }
  }

  /**
   * The same path where any of its dots may stand inside a key: {@code {"http.request": {"method":
   * …}}} has {@code http.request.method}, too. Keys of more parts go before keys of fewer.
   */
  static FieldPath withAnyDots(String name) {
    return new FieldPath(name, true);
  }

  /** Whether a definition may say this; a rule may name any field, brackets and all. */
  static boolean isWellFormed(String name) {
    return split(name, new ArrayList<>(), new ArrayList<>());
  }

  private static boolean split(String name, List<String> keys, List<@Nullable Filter> filters) {
    Matcher segment = SEGMENT.matcher(name);
    int at = 0;
    while (at < name.length()) {
      if (!segment.find(at) || segment.start() != at) {
        return false;
      }
      keys.add(segment.group(1));
      filters.add(segment.group(2) == null ? null : new Filter(segment.group(2), segment.group(3)));
      at = segment.end();
    }
    return !name.isEmpty() && !name.endsWith(".");
  }

  String name() {
    return name;
  }

  /** The number of keys. */
  int length() {
    return keys.length;
  }

  String key(int depth) {
    return keys[depth];
  }

  /** Whether dots of the path may stand inside keys. */
  boolean hasAnyDots() {
    return anyDots;
  }

  /** The keys from one depth to another as one. */
  String keys(int from, int to) {
    return String.join(".", Arrays.asList(keys).subList(from, to));
  }

  /** Whether only some elements below the key at {@code depth} count. */
  boolean isFiltered(int depth) {
    return filters[depth] != null;
  }

  /** The key that may hold all that is left of the path at {@code depth}; null if none can. */
  @Nullable String rest(int depth) {
    return rests[depth];
  }

  @Override
  public List<JsonNode> read(JsonNode payload) {
    return read(payload, 0, false);
  }

  @Override
  public List<JsonNode> readWhole(JsonNode payload) {
    return read(payload, 0, true);
  }

  /** Puts a value there, unless a filter or something that is no object stands on the way. */
  void write(ObjectNode payload, JsonNode value) {
    if (rests[0] == null) {
      return;
    }
    ObjectNode at = payload;
    for (int i = 0; i + 1 < keys.length; i++) {
      JsonNode next = at.get(keys[i]);
      if (next == null || next.isNull()) {
        next = at.putObject(keys[i]);
      }
      if (!(next instanceof ObjectNode object)) {
        return;
      }
      at = object;
    }
    at.set(keys[keys.length - 1], value);
  }

  private List<JsonNode> read(JsonNode node, int depth, boolean whole) {
    if (anyDots) {
      return readAnyDots(node, depth, whole);
    }
    JsonNode at = node;
    for (int i = depth; i < keys.length; i++) {
      if (at.isArray()) {
        return each(at, i, whole);
      }
      String rest = rests[i];
      JsonNode dotted = rest != null && i + 1 < keys.length ? at.get(rest) : null;
      if (dotted != null) {
        at = dotted;
        break;
      }
      at = at.get(keys[i]);
      if (at == null) {
        return List.of();
      }
      Filter filter = filters[i];
      if (filter != null) {
        at = passing(at, filter);
      }
    }
    if (at.isArray() && !whole) {
      return each(at, keys.length, false);
    }
    return at.isNull() ? List.of() : List.of(at);
  }

  private List<JsonNode> readAnyDots(JsonNode node, int depth, boolean whole) {
    if (node.isArray() && !(whole && depth == keys.length)) {
      return each(node, depth, whole);
    }
    if (depth == keys.length) {
      return node.isNull() ? List.of() : List.of(node);
    }
    for (int end = keys.length; end > depth; end--) {
      JsonNode next = node.get(keys(depth, end));
      List<JsonNode> values = next == null ? List.of() : readAnyDots(next, end, whole);
      if (!values.isEmpty()) {
        return values;
      }
    }
    return List.of();
  }

  private static JsonNode passing(JsonNode candidates, Filter filter) {
    ArrayNode passing = JsonNodeFactory.instance.arrayNode();
    for (JsonNode candidate : candidates.isArray() ? candidates : List.of(candidates)) {
      if (filter.passes(candidate)) {
        passing.add(candidate);
      }
    }
    return passing;
  }

  private List<JsonNode> each(JsonNode array, int depth, boolean whole) {
    List<JsonNode> values = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      values.addAll(read(element, depth, whole));
    }
    return values;
  }
}
