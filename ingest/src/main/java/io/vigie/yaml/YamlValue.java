package io.vigie.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of a YAML document and its place. */
public sealed interface YamlValue {

  Place place();

  /** What to call it in a message. */
  String kind();

  /** The value as plain Java: Map, List, String, Long, Double, Boolean or null. */
  @Nullable Object plain();

  /**
   * Keys and values.
   *
   * @param entries in the order of the file; no key stands twice
   */
  record YamlMap(Map<String, Entry> entries, Place place) implements YamlValue {

    public Optional<YamlValue> get(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** The place of the key, or of the map where the key is missing. */
    public Place placeOf(String key) {
      Entry entry = entries.get(key);
      return entry == null ? place : entry.place();
    }

    @Override
    public String kind() {
      return "a map";
    }

    @Override
    public Map<String, @Nullable Object> plain() {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      entries.forEach((key, entry) -> map.put(key, entry.value().plain()));
      return map;
    }
  }

  /** A value of a map, and the place of its key. */
  record Entry(YamlValue value, Place place) {}

  record YamlList(List<YamlValue> items, Place place) implements YamlValue {
    @Override
    public String kind() {
      return "a list";
    }

    @Override
    public List<@Nullable Object> plain() {
      List<@Nullable Object> list = new ArrayList<>();
      items.forEach(item -> list.add(item.plain()));
      return list;
    }
  }

  /**
   * One value.
   *
   * @param value String, Long, Double, Boolean or null
   * @param text as written, without quotes
   */
  record YamlScalar(@Nullable Object value, String text, Place place) implements YamlValue {

    @Override
    public String kind() {
      return value == null ? "null" : "'" + text + "'";
    }

    @Override
    public @Nullable Object plain() {
      return value;
    }
  }
}
