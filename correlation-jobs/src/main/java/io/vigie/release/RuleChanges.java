package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the rules, filters and lists of values of one pack differ from those of another. Neither
 * comments, the order of keys, names of files nor tests make a difference.
 *
 * @param all sorted by id
 * @param unchanged how many are the same
 */
public record RuleChanges(List<Change> all, int unchanged) {

  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED;

    /** As it is printed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A rule, filter or list that is not the same in both packs.
   *
   * @param id of a rule; {@code filter ID} or {@code list NAME} of what is none
   * @param title may be empty
   */
  public record Change(Kind kind, String id, String title) {}

  private record Document(String title, Map<String, @Nullable Object> content) {}

  public static RuleChanges between(RulePack before, RulePack after) {
    Map<String, Document> old = documents(before);
    Map<String, Document> now = documents(after);
    TreeSet<String> ids = new TreeSet<>(old.keySet());
    ids.addAll(now.keySet());
    List<Change> changes = new ArrayList<>();
    int unchanged = 0;
    for (String id : ids) {
      Document was = old.get(id);
      Document is = now.get(id);
      if (is == null) {
        changes.add(new Change(Kind.REMOVED, id, Objects.requireNonNull(was).title()));
      } else if (was == null) {
        changes.add(new Change(Kind.ADDED, id, is.title()));
      } else if (!was.content().equals(is.content())) {
        changes.add(new Change(Kind.CHANGED, id, is.title()));
      } else {
        unchanged++;
      }
    }
    return new RuleChanges(changes, unchanged);
  }

  public long count(Kind kind) {
    return all.stream().filter(change -> change.kind() == kind).count();
  }

  private static Map<String, Document> documents(RulePack pack) {
    Map<String, Document> documents = new TreeMap<>();
    for (RulePack.File file : pack.files()) {
      for (YamlValue value : YamlReader.read(file.yaml(), new Problems().of(file.name()))) {
        if (value instanceof YamlMap map) {
          add(map.plain(), documents);
        }
      }
    }
    return documents;
  }

  private static void add(Map<String, @Nullable Object> content, Map<String, Document> documents) {
    if (content.get("placeholders") instanceof Map<?, ?> lists) {
      lists.forEach(
          (name, values) -> {
            Map<String, @Nullable Object> list = new HashMap<>();
            list.put("values", values);
            documents.put("list " + name, new Document("", list));
          });
      return;
    }
    content.remove("tests");
    String title = text(content, "title");
    String id = text(content, "id");
    id = id.isEmpty() ? text(content, "name") : id;
    if (content.containsKey("filter")) {
      id = "filter " + (id.isEmpty() ? title : id);
    }
    documents.put(id, new Document(title, content));
  }

  private static String text(Map<String, @Nullable Object> content, String key) {
    Object value = content.get(key);
    return value == null ? "" : String.valueOf(value);
  }
}
