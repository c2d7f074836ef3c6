package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What tells the events of a source apart: its own id, else a hash of source and payload.
 *
 * @param own has no value where the source gives none
 */
record EventId(String source, Expression own) {
  private static final int MAX_LENGTH = 256;

  String of(JsonNode payload) {
    String text = own(payload);
    return text == null ? hash(payload) : text;
  }

  /** The source's own id; null where there is none, or none fit to be one. */
  @Nullable String own(JsonNode payload) {
    List<JsonNode> values = own.values(payload);
    String text = values.size() == 1 && values.get(0).isValueNode() ? values.get(0).asText() : "";
    return text.isBlank() || text.length() > MAX_LENGTH ? null : text;
  }

  /** A hash that no key order changes. */
  String hash(JsonNode payload) {
    MessageDigest digest = Digests.sha256();
    digest.update(source.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(canonical(payload).getBytes(StandardCharsets.UTF_8));
    return Digests.hex(digest);
  }

  /** Gives a payload without an id this one, if the source has ids. */
  void complete(ObjectNode payload, String id) {
    if (own.values(payload).isEmpty()) {
      own.kept().ifPresent(path -> path.write(payload, TextNode.valueOf(id)));
    }
  }

  private static String canonical(JsonNode payload) {
    try {
      return StrictJson.MAPPER.writeValueAsString(sorted(payload));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory can always be written", e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      var array = StrictJson.MAPPER.createArrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    TreeMap<String, JsonNode> members = new TreeMap<>();
    node.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
    ObjectNode object = StrictJson.MAPPER.createObjectNode();
    object.setAll(members);
    return object;
  }
}
