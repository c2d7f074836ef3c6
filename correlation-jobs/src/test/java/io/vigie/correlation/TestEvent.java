package io.vigie.correlation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Event;
import io.vigie.ingest.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An event that says of itself what it does, which is what the tests' detection rules look for.
 *
 * @param source id of its log source
 * @param time milliseconds
 * @param does the actions that detection rules ask for
 * @param fields further fields with their values; several make a list
 */
public record TestEvent(
    String id, String source, long time, Set<String> does, Map<String, List<String>> fields) {

  /** As its log source would emit it. */
  Event event() {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    put(payload, "does", List.copyOf(does));
    fields.forEach((field, values) -> put(payload, field, values));
    return new Event(source, id, time, payload, new Origin("test", 0, 0));
  }

  private static void put(ObjectNode payload, String field, List<String> values) {
    if (values.size() == 1) {
      payload.put(field, values.get(0));
    } else if (!values.isEmpty()) {
      values.forEach(payload.withArray(field)::add);
    }
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    new TreeMap<>(fields).forEach((field, values) -> words.add(field + "=" + values));
    return "%s %s.%03d %s does %s %s"
        .formatted(id, time / 1000 % 100_000, time % 1000, source, does, String.join(" ", words));
  }
}
