package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The types that Elasticsearch gives to ECS fields. A value that Elasticsearch would refuse in a
 * field is no value of it: one bad part must not cost the whole document.
 */
enum EcsType {
  KEYWORD {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      if (value.isTextual()) {
        return value.textValue().isEmpty() ? null : value;
      }
      return value.isContainerNode() || value.isNull() ? null : TextNode.valueOf(value.asText());
    }
  },
  IP {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      return value.isTextual()
          ? IpLiteral.in(value.textValue()).map(TextNode::valueOf).orElse(null)
          : null;
    }
  },
  LONG {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      if (value.isIntegralNumber()) {
        return value.canConvertToLong() ? value : null;
      }
      if (value.isFloatingPointNumber()) {
        double number = value.doubleValue();
        return number == Math.rint(number) && Math.abs(number) < 9e15
            ? LongNode.valueOf((long) number)
            : null;
      }
      try {
        return value.isTextual() ? LongNode.valueOf(Long.parseLong(value.textValue())) : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  },
  FLOAT {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      if (value.isTextual() && !value.textValue().matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?")) {
        return null;
      }
      if (!value.isNumber() && !value.isTextual()) {
        return null;
      }
      double number =
          value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
      return Math.abs(number) <= Float.MAX_VALUE ? DoubleNode.valueOf(number) : null;
    }
  },
  BOOLEAN {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      if (value.isBoolean()) {
        return value;
      }
      return switch (value.isTextual() ? value.textValue().toLowerCase(Locale.ROOT) : "") {
        case "true", "yes" -> BooleanNode.TRUE;
        case "false", "no" -> BooleanNode.FALSE;
        default -> null;
      };
    }
  },
  DATE {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      OptionalLong millis = TimeFormat.ISO_8601.millis(value);
      return millis.isPresent() ? TextNode.valueOf(TimeFormat.text(millis.getAsLong())) : null;
    }
  },
  /** {@code {"lat": 48.85, "lon": 2.35}} or {@code "48.85,2.35"}. */
  GEO_POINT {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      String[] parts = value.isTextual() ? value.textValue().split(",", -1) : new String[0];
      JsonNode lat = parts.length == 2 ? TextNode.valueOf(parts[0].strip()) : value.path("lat");
      JsonNode lon = parts.length == 2 ? TextNode.valueOf(parts[1].strip()) : value.path("lon");
      JsonNode latitude = FLOAT.accept(lat);
      JsonNode longitude = FLOAT.accept(lon);
      if (latitude == null
          || longitude == null
          || Math.abs(latitude.doubleValue()) > 90
          || Math.abs(longitude.doubleValue()) > 180) {
        return null;
      }
      return TextNode.valueOf(latitude.asText() + "," + longitude.asText());
    }
  },
  /** Any JSON object, indexed without a mapping for each key. */
  FLATTENED {
    @Override
    @Nullable JsonNode accept(JsonNode value) {
      return value.isObject() ? value : null;
    }
  };

  /** The value as a field of this type holds it; null where it holds no such value. */
  abstract @Nullable JsonNode accept(JsonNode value);
}
