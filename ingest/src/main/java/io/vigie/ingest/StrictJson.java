package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value as RFC 8259 has it and nothing beside it: strict UTF-8, no key twice, no
 * text after it, all within {@link Limits}. Integers keep every digit.
 */
final class StrictJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * Strangers choose the field names, so they are not interned. Depth and the number of values are
   * counted here, to tell them from other limits.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.MAX_DEPTH + 1)
                  .maxStringLength(Limits.MAX_STRING_LENGTH)
                  .build())
          .build();

  /** Writes what was read; compact. */
  static final JsonMapper MAPPER = new JsonMapper(FACTORY);

  /** Why bytes are no acceptable JSON value. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;
    private final RejectReason reason;

    private Unreadable(RejectReason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }

    RejectReason reason() {
      return reason;
    }

    String text() {
      return String.valueOf(getMessage());
    }
  }

  private StrictJson() {}

  static JsonNode read(byte[] bytes, int from, int to) throws Unreadable {
    int text = Utf8.check(bytes, from, to);
    if (text == Utf8.MALFORMED) {
      throw new Unreadable(RejectReason.NOT_UTF8, "not UTF-8 text");
    }
    if (text == Utf8.HAS_NUL) {
      throw new Unreadable(RejectReason.NOT_JSON, "holds a NUL byte");
    }
    try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
      JsonNode value = value(parser, text == Utf8.HAS_SURROGATE_ESCAPE);
      if (parser.nextToken() != null) {
        throw new Unreadable(RejectReason.NOT_JSON, "more text after the JSON value");
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new Unreadable(
          RejectReason.VALUE_TOO_LONG,
          "a text of more than "
              + Limits.MAX_STRING_LENGTH
              + " characters, a number of more than 1,000 digits or a name of more than 50,000");
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new Unreadable(
          RejectReason.NOT_JSON, at < 0 ? "not JSON" : "not JSON at byte " + (at + 1));
    } catch (IOException e) {
      throw new Unreadable(RejectReason.NOT_JSON, "not JSON");
    }
  }

  private static JsonNode value(JsonParser parser, boolean surrogates)
      throws IOException, Unreadable {
    Deque<ContainerNode<?>> open = new ArrayDeque<>();
    String name = "";
    int count = 0;
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new Unreadable(RejectReason.NOT_JSON, "the JSON ends too early");
      }
      JsonNode value;
      switch (token) {
        case FIELD_NAME -> {
          name = whole(parser.currentName(), surrogates);
          continue;
        }
        case START_OBJECT, START_ARRAY -> {
          if (open.size() == Limits.MAX_DEPTH) {
            throw new Unreadable(
                RejectReason.TOO_DEEP, "nested more than " + Limits.MAX_DEPTH + " levels deep");
          }
          ContainerNode<?> container =
              token == JsonToken.START_OBJECT ? NODES.objectNode() : NODES.arrayNode();
          add(open.peek(), name, container);
          open.push(container);
          count++;
          continue;
        }
        case END_OBJECT, END_ARRAY -> value = open.pop();
        default -> {
          value = scalar(token, parser, surrogates);
          add(open.peek(), name, value);
          count++;
        }
      }
      if (count > Limits.MAX_VALUES) {
        throw new Unreadable(
            RejectReason.TOO_LARGE, "more than " + Limits.MAX_VALUES + " values in one event");
      }
      if (open.isEmpty()) {
        return value;
      }
    }
  }

  private static void add(@Nullable ContainerNode<?> parent, String name, JsonNode value)
      throws Unreadable {
    if (parent instanceof ArrayNode array) {
      array.add(value);
    } else if (parent instanceof ObjectNode object && object.replace(name, value) != null) {
      throw new Unreadable(RejectReason.DUPLICATE_KEY, "a key stands twice in one object");
    }
  }

  private static JsonNode scalar(JsonToken token, JsonParser parser, boolean surrogates)
      throws IOException, Unreadable {
    return switch (token) {
      case VALUE_STRING -> NODES.textNode(whole(parser.getText(), surrogates));
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> {
        double number = parser.getDoubleValue();
        if (Double.isInfinite(number)) {
          throw new Unreadable(RejectReason.VALUE_TOO_LONG, "a number beyond 1.8e308");
        }
        yield NODES.numberNode(number);
      }
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      default -> NODES.nullNode();
    };
  }

  /** An escape may name half of a surrogate pair, which no UTF-8 text can hold. */
  private static String whole(String text, boolean surrogates) throws Unreadable {
    if (!surrogates) {
      return text;
    }
    int at = 0;
    while (at < text.length()) {
      int character = text.codePointAt(at);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new Unreadable(RejectReason.NOT_UTF8, "half of a surrogate pair");
      }
      at += Character.charCount(character);
    }
    return text;
  }
}
