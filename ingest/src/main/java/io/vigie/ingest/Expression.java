package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vigie.ingest.Conversions.Conversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a definition says what the values of an ECS field are. */
interface Expression {
  /** The values; none if it has none. */
  List<JsonNode> values(JsonNode payload);

  /** All that {@link #values} looks at. */
  Stream<FieldPath> paths();

  /** The path whose single value is sure to be among the values, if there is one. */
  default Optional<FieldPath> kept() {
    return Optional.empty();
  }

  /** Whether {@link #kept} also keeps objects and lists. */
  default boolean keepsWhole() {
    return false;
  }

  /** A path, optionally converted value by value. */
  record From(FieldPath path, @Nullable Conversion conversion) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return Stream.of(path);
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      List<JsonNode> values = path.read(payload);
      if (conversion == null || values.isEmpty()) {
        return values;
      }
      List<JsonNode> converted = new ArrayList<>(values.size());
      for (JsonNode value : values) {
        JsonNode result = conversion.convert(value);
        if (result != null) {
          converted.add(result);
        }
      }
      return converted;
    }

    @Override
    public Optional<FieldPath> kept() {
      return conversion == null || conversion == Conversions.KNOWN || keepsWhole()
          ? Optional.of(path)
          : Optional.empty();
    }

    @Override
    public boolean keepsWhole() {
      return conversion == Conversions.JSON;
    }
  }

  /**
   * One object of all members whose keys begin so: of {@code labels.tenant}, …
   *
   * @param place what has the members; null for the payload itself
   */
  record Members(@Nullable FieldPath place, String prefix) implements Expression {
    /** Nobody can say which paths these are: whoever asks for the field reads the whole payload. */
    @Override
    public Stream<FieldPath> paths() {
      return Stream.empty();
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      ObjectNode members = JsonNodeFactory.instance.objectNode();
      for (JsonNode object : place == null ? List.of(payload) : place.read(payload)) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          if (member.getKey().startsWith(prefix)) {
            members.set(member.getKey().substring(prefix.length()), member.getValue());
          }
        }
      }
      return members.isEmpty() ? List.of() : List.of(members);
    }
  }

  /** All values of all parts. */
  record Union(List<Expression> parts) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return parts.stream().flatMap(Expression::paths);
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      List<JsonNode> all = new ArrayList<>();
      parts.forEach(part -> all.addAll(part.values(payload)));
      return all;
    }
  }

  /**
   * Texts with the first value of a field between each two; none unless each field has one.
   *
   * @param texts one more than fields
   */
  record Template(List<String> texts, List<FieldPath> fields, @Nullable Conversion conversion)
      implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return fields.stream();
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      StringBuilder text = new StringBuilder(texts.get(0));
      for (int i = 0; i < fields.size(); i++) {
        List<JsonNode> values = fields.get(i).read(payload);
        JsonNode first = values.isEmpty() ? null : EcsType.KEYWORD.accept(values.get(0));
        if (first == null) {
          return List.of();
        }
        text.append(first.textValue()).append(texts.get(i + 1));
      }
      JsonNode whole = TextNode.valueOf(text.toString());
      JsonNode value = conversion == null ? whole : conversion.convert(whole);
      return value == null ? List.of() : List.of(value);
    }
  }

  /** Constants. */
  record Value(List<JsonNode> constants) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return Stream.empty();
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      return constants;
    }
  }

  /** Looks the first value up; the first line that fits counts. */
  record Table(Expression from, List<Line> lines) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return from.paths();
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      for (JsonNode value : from.values(payload)) {
        String text = value.isValueNode() ? value.asText() : "";
        for (Line line : lines) {
          if (line.pattern().matches(text)) {
            return line.values();
          }
        }
      }
      return List.of();
    }
  }

  record Line(TextPattern pattern, List<JsonNode> values) {}

  /**
   * The first alternative with a value that the field can hold, so that an empty text or a word in
   * place of an address does not hide what stands elsewhere.
   */
  record FirstOf(List<Expression> alternatives, EcsField field) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return alternatives.stream().flatMap(Expression::paths);
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      List<JsonNode> useless = List.of();
      for (Expression alternative : alternatives) {
        List<JsonNode> values = alternative.values(payload);
        if (!field.accept(values).isEmpty()) {
          return values;
        }
        useless = useless.isEmpty() ? values : useless;
      }
      return useless;
    }

    @Override
    public Optional<FieldPath> kept() {
      return alternatives.isEmpty() ? Optional.empty() : alternatives.get(0).kept();
    }

    @Override
    public boolean keepsWhole() {
      return !alternatives.isEmpty() && alternatives.get(0).keepsWhole();
    }
  }

  /** Holds only where each named field has a value that fits one of its patterns. */
  record When(Map<FieldPath, List<TextPattern>> conditions, Expression then) implements Expression {
    @Override
    public Stream<FieldPath> paths() {
      return Stream.concat(conditions.keySet().stream(), then.paths());
    }

    @Override
    public List<JsonNode> values(JsonNode payload) {
      for (Map.Entry<FieldPath, List<TextPattern>> condition : conditions.entrySet()) {
        if (!holds(condition.getKey().read(payload), condition.getValue())) {
          return List.of();
        }
      }
      return then.values(payload);
    }

    private static boolean holds(List<JsonNode> values, List<TextPattern> patterns) {
      for (JsonNode value : values) {
        String text = value.isValueNode() ? value.asText() : "{}";
        for (TextPattern pattern : patterns) {
          if (pattern.matches(text)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /**
   * A text, or a part of one where a {@code *} stands before or after it; {@code *} alone is any
   * but the empty text.
   */
  record TextPattern(String text, boolean openStart, boolean openEnd) {
    static TextPattern of(String written) {
      boolean end = written.endsWith("*");
      boolean start = written.startsWith("*") && written.length() > 1;
      return new TextPattern(
          written.substring(start ? 1 : 0, written.length() - (end ? 1 : 0)), start, end);
    }

    boolean matches(String value) {
      if (value.isEmpty()) {
        return text.isEmpty() && !openEnd;
      }
      if (openStart && openEnd) {
        return value.contains(text);
      }
      return openStart
          ? value.endsWith(text)
          : openEnd ? value.startsWith(text) : value.equals(text);
    }
  }
}
