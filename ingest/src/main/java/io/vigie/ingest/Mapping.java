package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the payloads of one source become ECS documents. */
final class Mapping {
  private static final String TIMESTAMP = "@timestamp";
  private static final String EVENT_ID = "event.id";
  private static final int MAX_NAMES = 1_000;

  /** A plural such as {@code IDs} is one word. */
  private static final Pattern WORD_START =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])");

  private static final Pattern NO_NAME = Pattern.compile("[^a-z0-9_-]+");

  private final String source;
  private final EventTime time;
  private final EventId id;
  private final Map<String, Rule> rules = new HashMap<>();
  private final Map<String, List<String>> aliases;
  private final List<Rule> ordered;
  private final Set<String> names;
  private final Set<String> computed = new HashSet<>();
  private final Map<String, List<Rule>> covered = new HashMap<>();
  private final Set<String> aboveCovered = new HashSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> snakeCase = new ConcurrentHashMap<>();

  /** Fills one field. */
  record Rule(EcsField field, String[] path, Expression expression) {
    Rule(EcsField field, Expression expression) {
      this(field, field.name().split("\\."), expression);
    }
  }

  /**
   * @param aliases names in rules, and the fields of which each has the values besides those of the
   *     field that is called so
   * @param computed paths of the payload that need not be kept under the source's name
   */
  Mapping(
      EventTime time,
      EventId id,
      List<Rule> rules,
      Map<String, List<String>> aliases,
      List<FieldPath> computed) {
    this.aliases = Map.copyOf(aliases);
    this.source = id.source();
    this.time = time;
    this.id = id;
    TreeMap<String, Rule> sorted = new TreeMap<>();
    rules.forEach(rule -> sorted.put(rule.field().name(), rule));
    this.rules.putAll(sorted);
    this.ordered = List.copyOf(sorted.values());
    TreeSet<String> all = new TreeSet<>(sorted.keySet());
    all.add(TIMESTAMP);
    all.add(EVENT_ID);
    this.names = Collections.unmodifiableSet(all);
    computed.forEach(path -> this.computed.add(path.name()));
    for (Rule rule : rules) {
      rule.expression()
          .kept()
          .map(FieldPath::name)
          .ifPresent(path -> covered.computeIfAbsent(path, key -> new ArrayList<>()).add(rule));
    }
    this.computed.forEach(path -> aboveCovered.addAll(above(path)));
    covered.keySet().forEach(path -> aboveCovered.addAll(above(path)));
    for (String name : sorted.keySet()) {
      if (name.startsWith(source + ".")) {
        taken.add(name);
        taken.addAll(above(name));
      }
    }
  }

  /** {@code a} and {@code a.b} of {@code a.b.c}. */
  private static List<String> above(String path) {
    List<String> above = new ArrayList<>();
    for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
      above.add(path.substring(0, dot));
    }
    return above;
  }

  Set<String> ecsFields() {
    return names;
  }

  /** Names that only rules have for fields. */
  Set<String> aliases() {
    return aliases.keySet();
  }

  FieldReader field(String name) {
    List<String> names = aliases.get(name);
    return names == null
        ? ownField(name)
        : new AnyOf(Stream.concat(Stream.of(name), names.stream()).map(this::ownField).toList());
  }

  private FieldReader ownField(String name) {
    if (name.equals(TIMESTAMP)) {
      return payload ->
          time.of(payload).stream()
              .map(millis -> time.updatedAt(payload, millis))
              .<JsonNode>mapToObj(millis -> TextNode.valueOf(TimeFormat.text(millis)))
              .toList();
    }
    if (name.equals(EVENT_ID)) {
      return payload -> List.of(TextNode.valueOf(id.of(payload)));
    }
    Rule rule = rules.get(name);
    return rule == null
        ? new FieldPath(name)
        : payload -> rule.field().accept(rule.expression().values(payload));
  }

  /** All that the reader of this field looks at; empty where it looks at the whole payload. */
  Optional<List<FieldPath>> paths(String name) {
    Optional<List<FieldPath>> paths = ownPaths(name);
    for (String other : aliases.getOrDefault(name, List.of())) {
      Optional<List<FieldPath>> more = ownPaths(other);
      paths =
          paths.flatMap(
              some -> more.map(all -> Stream.concat(some.stream(), all.stream()).toList()));
    }
    return paths;
  }

  private Optional<List<FieldPath>> ownPaths(String name) {
    if (name.equals(EVENT_ID)) {
      return Optional.empty();
    }
    if (name.equals(TIMESTAMP)) {
      return Optional.of(time.paths());
    }
    Rule rule = rules.get(name);
    if (rule != null && rule.field().type() == EcsType.FLATTENED) {
      return Optional.empty();
    }
    return Optional.of(
        rule == null ? List.of(new FieldPath(name)) : rule.expression().paths().toList());
  }

  long updatedAt(Event event) {
    return time.updatedAt(event.payload(), event.timestamp());
  }

  ObjectNode toEcs(Event event) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put(TIMESTAMP, TimeFormat.text(updatedAt(event)));
    put(document, new String[] {"event", "id"}, TextNode.valueOf(event.id()));
    Map<String, List<JsonNode>> kept = new HashMap<>();
    for (Rule rule : ordered) {
      List<JsonNode> values = rule.expression().values(event.payload());
      JsonNode value = rule.field().inDocument(values);
      if (value != null) {
        put(document, rule.path(), value);
        kept.put(rule.field().name(), values);
      }
    }
    keepRest(kept, event.payload(), "", document, source);
    return document;
  }

  /**
   * What no rule is sure to keep stays searchable under the source's own name: texts, numbers and
   * booleans as texts, objects and lists as JSON texts, so that no value has an unexpected type.
   *
   * @param kept the values behind each field of the document
   */
  private void keepRest(
      Map<String, List<JsonNode>> kept,
      JsonNode object,
      String above,
      ObjectNode document,
      String target) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String path = above + member.getKey();
      JsonNode value = member.getValue();
      if (value.isNull()
          || (value.isValueNode() && computed.contains(path))
          || isKept(kept, path, value)) {
        continue;
      }
      String to = target + "." + name(member.getKey());
      boolean inner = aboveCovered.contains(path);
      if (inner && value.isObject()) {
        keepRest(kept, value, path + ".", document, to);
        continue;
      }
      // Where others have an object or a typed value, a text would cost the document.
      JsonNode text = Conversions.json(value);
      if (text != null) {
        put(document, (inner || taken.contains(to) ? to + "_text" : to).split("\\."), text);
      }
    }
  }

  /** Whether all of a value stands in a field already, as that field holds it. */
  private boolean isKept(Map<String, List<JsonNode>> kept, String path, JsonNode value) {
    for (Rule rule : covered.getOrDefault(path, List.of())) {
      if (rule.expression().keepsWhole()) {
        return true;
      }
      if (value.isArray() && rule.field().shape() == EcsField.Shape.ONE) {
        continue;
      }
      List<JsonNode> parts = new ArrayList<>();
      (value.isArray() ? value : List.of(value)).forEach(parts::add);
      if (parts.stream().allMatch(part -> holds(rule.field(), part))
          && kept.getOrDefault(rule.field().name(), List.of()).containsAll(parts)) {
        return true;
      }
    }
    return false;
  }

  /** An address loses the port that stands behind it. */
  private static boolean holds(EcsField field, JsonNode value) {
    List<JsonNode> held = field.accept(List.of(value));
    return !held.isEmpty() && (field.type() != EcsType.IP || held.contains(value));
  }

  /** Strangers choose the keys, so only so many are remembered. */
  private String name(String key) {
    String known = snakeCase.get(key);
    if (known != null) {
      return known;
    }
    String name = snakeCase(key);
    if (snakeCase.size() < MAX_NAMES) {
      snakeCase.put(key, name);
    }
    return name;
  }

  /** {@code tlsDetails} becomes {@code tls_details}; no dots, never empty. */
  static String snakeCase(String name) {
    String words = WORD_START.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
    return words.isEmpty() ? "_" : NO_NAME.matcher(words).replaceAll("_");
  }

  /** Puts a value where nothing stands yet. */
  private static void put(ObjectNode document, String[] path, JsonNode value) {
    ObjectNode at = document;
    for (int i = 0; i < path.length - 1; i++) {
      @Nullable JsonNode next = at.get(path[i]);
      if (next == null) {
        next = at.putObject(path[i]);
      }
      if (!(next instanceof ObjectNode object)) {
        return;
      }
      at = object;
    }
    at.putIfAbsent(path[path.length - 1], value);
  }
}
