package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Projection.Member;
import java.util.AbstractMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of an object: those that are wanted at once, and perhaps the others later. */
final class PartialObject extends AbstractMap<String, JsonNode> {
  private final Projection wanted;
  private final @Nullable JsonNode[] values;
  private @Nullable Slice whole;

  PartialObject(Projection wanted) {
    this.wanted = wanted;
    this.values = new JsonNode[wanted.size()];
  }

  void set(Member member, JsonNode value) {
    values[member.index()] = value;
  }

  /**
   * A node with these members.
   *
   * @param rest the object, if all of it is wanted
   */
  ObjectNode node(@Nullable Slice rest) {
    this.whole = rest;
    return new ObjectNode(JsonNodeFactory.instance, this);
  }

  @Override
  public @Nullable JsonNode get(Object key) {
    Member member = key instanceof String name ? wanted.find(name) : null;
    if (member != null) {
      return values[member.index()];
    }
    return whole == null ? null : whole.value().get((String) key);
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Entry<String, JsonNode>> entrySet() {
    if (whole != null) {
      return whole.value().properties();
    }
    Set<Entry<String, JsonNode>> entries = new LinkedHashSet<>();
    for (Member member : wanted.members()) {
      JsonNode value = values[member.index()];
      if (value != null) {
        entries.add(Map.entry(member.name(), value));
      }
    }
    return entries;
  }
}
