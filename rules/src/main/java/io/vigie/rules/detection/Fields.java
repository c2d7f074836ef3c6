package io.vigie.rules.detection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields that a rule set looks at, each with a slot, so that an event is read once for all. */
public final class Fields {
  private final Map<String, Integer> slots = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  /** The slot of a field, newly given where the field is new. */
  public int slot(String name) {
    return slots.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return names.size() - 1;
        });
  }

  /** Field names by slot. */
  public List<String> names() {
    return List.copyOf(names);
  }
}
