package io.vigie.rules.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Why one event matches the {@code detection} of a rule, or does not: its condition, its selections
 * and their items in the author's words, each with what the event says to it. Every part is
 * compiled and tested by the same code as in the job.
 */
public final class DetectionTrace {
  private static final Set<String> NO_SELECTIONS = Set.of("condition", "timeframe");
  private static final int MAX_TEXT = 60;
  private static final int MAX_VALUES = 3;
  private static final int MAX_NAMES = 12;

  /** Every name is one letter from every name of one letter. */
  private static final int MIN_LIKENESS = 4;

  private final LogSource source;
  private final Event event;
  private final Fields fields = new Fields();
  private final SelectionReader reader;
  private final IdentityHashMap<Predicate, Selection> selections = new IdentityHashMap<>();

  private record Selection(String name, YamlValue written) {}

  /**
   * A part of the detection.
   *
   * @param text in the author's words
   * @param holds whether the event fulfils it
   * @param notes what the event says to it
   */
  public record Node(String text, boolean holds, List<String> notes, List<Node> parts) {}

  private DetectionTrace(
      LogSource source, Event event, Placeholders placeholders, Problems.OfFile problems) {
    this.source = source;
    this.event = event;
    this.reader = new SelectionReader(fields, placeholders, problems);
  }

  /**
   * Traces a detection that has been read without errors.
   *
   * @return one node for each condition of the detection
   */
  public static List<Node> of(
      YamlMap detection, Placeholders placeholders, LogSource source, Event event) {
    Problems.OfFile problems = new Problems().of("");
    return new DetectionTrace(source, event, placeholders, problems).trace(detection, problems);
  }

  private List<Node> trace(YamlMap detection, Problems.OfFile problems) {
    Map<String, Predicate> byName = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> named : detection.entries().entrySet()) {
      YamlValue written = named.getValue().value();
      if (!NO_SELECTIONS.contains(named.getKey())) {
        reader
            .read(written)
            .ifPresent(
                predicate -> {
                  // A predicate of its own for each name: equal selections must not be taken for
                  // one another.
                  Predicate own = new Predicate.And(List.of(predicate));
                  byName.put(named.getKey(), own);
                  selections.put(own, new Selection(named.getKey(), written));
                });
      }
    }
    List<Node> nodes = new ArrayList<>();
    YamlValue conditions = detection.get("condition").orElse(detection);
    for (YamlValue condition : items(conditions)) {
      if (condition instanceof YamlScalar scalar) {
        ConditionReader.read(scalar.text(), byName, Predicate.OPERATORS, scalar.place(), problems)
            .map(this::condition)
            .map(
                node ->
                    new Node("condition: " + scalar.text(), node.holds(), List.of(), List.of(node)))
            .ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private static List<YamlValue> items(YamlValue value) {
    return value instanceof YamlList list ? list.items() : List.of(value);
  }

  private Node condition(Predicate predicate) {
    Selection selection = selections.get(predicate);
    if (selection != null) {
      return selection(selection.name(), selection.written(), holds(predicate));
    }
    if (predicate.parts().size() == 1 && !(predicate instanceof Predicate.Not)) {
      return condition(predicate.parts().get(0));
    }
    String text =
        predicate instanceof Predicate.And
            ? "all of"
            : predicate instanceof Predicate.Or
                ? "one of"
                : predicate instanceof Predicate.AtLeast atLeast
                    ? "at least " + atLeast.count() + " of"
                    : "not";
    return new Node(
        text,
        holds(predicate),
        List.of(),
        predicate.parts().stream().map(this::condition).toList());
  }

  private Node selection(String name, YamlValue written, boolean holds) {
    if (written instanceof YamlMap map) {
      return new Node(name, holds, List.of(), map(map));
    }
    List<Node> parts = new ArrayList<>();
    int position = 1;
    for (YamlValue item : items(written)) {
      if (item instanceof YamlMap map) {
        parts.add(new Node(name + " no. " + position, holds(map), List.of(), map(map)));
      } else {
        parts.add(new Node("keyword " + text(item), holds(item), List.of(), List.of()));
      }
      position++;
    }
    return parts.size() == 1 && written instanceof YamlScalar
        ? new Node(name, holds, List.of(), parts)
        : new Node(name + ": one of", holds, List.of(), parts);
  }

  private List<Node> map(YamlMap map) {
    List<Node> nodes = new ArrayList<>();
    map.entries().forEach((key, entry) -> nodes.add(item(key, entry)));
    return nodes;
  }

  private Node item(String key, Entry entry) {
    boolean holds = holds(single(key, entry, entry.value()));
    List<YamlValue> values = items(entry.value());
    List<String> modifiers = List.of(key.split("\\|", -1));
    boolean all = modifiers.contains("all") || modifiers.contains("neq");
    List<String> notes = new ArrayList<>();
    if (values.size() > 1) {
      List<String> holding =
          values.stream()
              .filter(value -> holds(single(key, entry, value)) != all)
              .map(DetectionTrace::text)
              .toList();
      if (!holding.isEmpty()) {
        notes.add((all ? "does not hold for " : "holds for ") + shortened(holding));
      }
    }
    String field = modifiers.get(0);
    if (field.isEmpty()) {
      if (!holds) {
        notes.add("looked at every value of the event");
      }
    } else {
      notes.addAll(actual(field));
      if (modifiers.contains("fieldref")) {
        values.forEach(
            other -> {
              if (other instanceof YamlScalar scalar) {
                notes.addAll(actual(scalar.text()));
              }
            });
      }
    }
    List<String> written = values.stream().map(DetectionTrace::text).toList();
    String value =
        entry.value() instanceof YamlList ? "[" + shortened(written) + "]" : written.get(0);
    return new Node(key + ": " + value, holds, notes, List.of());
  }

  private static YamlMap single(String key, Entry entry, YamlValue value) {
    return new YamlMap(Map.of(key, new Entry(value, entry.place())), entry.place());
  }

  private boolean holds(YamlValue written) {
    return reader.read(written).filter(this::holds).isPresent();
  }

  private boolean holds(Predicate predicate) {
    return predicate.test(EventView.of(source, fields).of(event));
  }

  /** What the event has in a field, and where it has that from. */
  private List<String> actual(String field) {
    List<JsonNode> values = source.field(field).read(event.payload());
    List<String> raw = source.pathsOf(field).stream().distinct().toList();
    String from =
        raw.isEmpty() || raw.equals(List.of(field)) ? "" : ", from " + String.join(", ", raw);
    if (!new FieldValues(values).isMissing()) {
      List<String> texts =
          values.stream()
              .map(value -> value.isTextual() ? quoted(value.asText()) : cut(value.toString()))
              .toList();
      return List.of(field + " is " + shortened(texts) + from);
    }
    Set<String> own = new TreeSet<>();
    collect("", event.payload(), own);
    List<String> near = near(field, withMapped(own));
    return List.of(
        field
            + " is missing"
            + from
            + "; the event has "
            + (near.isEmpty() ? String.join(", ", first(own)) : String.join(", ", near)));
  }

  /** Paths of the payload, and ECS fields that have a value. */
  private Set<String> withMapped(Set<String> own) {
    Set<String> names = new TreeSet<>(own);
    for (String field : source.ecsFields()) {
      if (!new FieldValues(source.field(field).read(event.payload())).isMissing()) {
        names.add(field);
      }
    }
    return names;
  }

  private static void collect(String path, JsonNode node, Set<String> names) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              child ->
                  collect(
                      path.isEmpty() ? child.getKey() : path + "." + child.getKey(),
                      child.getValue(),
                      names));
    } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
      node.forEach(element -> collect(path, element, names));
    } else if (!path.isEmpty() && !node.isNull()) {
      names.add(path);
    }
  }

  /** Names that end or begin alike, and the one that looks most alike. */
  private static List<String> near(String field, Set<String> names) {
    String last = last(field);
    String parent = field.contains(".") ? field.substring(0, field.lastIndexOf('.') + 1) : "\0";
    Set<String> near = new TreeSet<>();
    String alike = field.length() < MIN_LIKENESS ? "" : Problems.didYouMean(field, names);
    Stream.concat(
            names.stream().filter(name -> alike.contains("'" + name + "'")),
            Stream.concat(
                names.stream().filter(name -> last(name).equals(last)),
                names.stream().filter(name -> name.startsWith(parent))))
        .limit(MAX_NAMES)
        .forEach(near::add);
    return List.copyOf(near);
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static List<String> first(Set<String> names) {
    List<String> first = new ArrayList<>(names.stream().limit(MAX_NAMES).toList());
    if (names.size() > MAX_NAMES) {
      first.add("… (" + names.size() + " fields)");
    }
    return first;
  }

  private static String shortened(List<String> texts) {
    String joined = String.join(", ", texts.stream().limit(MAX_VALUES).toList());
    return texts.size() > MAX_VALUES ? joined + ", … (" + texts.size() + " values)" : joined;
  }

  private static String text(YamlValue value) {
    return value instanceof YamlScalar scalar
        ? scalar.value() == null ? "null" : quoted(scalar.text())
        : value.kind();
  }

  private static String quoted(String text) {
    return "'" + cut(text) + "'";
  }

  /** Short, and on one line whatever stands in it. */
  private static String cut(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "�");
  }
}
