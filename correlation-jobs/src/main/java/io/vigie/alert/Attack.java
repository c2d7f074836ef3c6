package io.vigie.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * MITRE ATT&amp;CK as ECS's {@code threat} fields, from Sigma's tags {@code attack.<tactic>} and
 * {@code attack.t<number>}. Source of the tactics: ATT&amp;CK for Enterprise.
 */
public final class Attack {
  private static final Map<String, String> TACTICS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("reconnaissance", "TA0043"),
              Map.entry("resource-development", "TA0042"),
              Map.entry("initial-access", "TA0001"),
              Map.entry("execution", "TA0002"),
              Map.entry("persistence", "TA0003"),
              Map.entry("privilege-escalation", "TA0004"),
              Map.entry("defense-evasion", "TA0005"),
              Map.entry("credential-access", "TA0006"),
              Map.entry("discovery", "TA0007"),
              Map.entry("lateral-movement", "TA0008"),
              Map.entry("collection", "TA0009"),
              Map.entry("command-and-control", "TA0011"),
              Map.entry("exfiltration", "TA0010"),
              Map.entry("impact", "TA0040")));

  private static final List<String> MATRIX =
      List.of(
          "reconnaissance",
          "resource-development",
          "initial-access",
          "execution",
          "persistence",
          "privilege-escalation",
          "defense-evasion",
          "credential-access",
          "discovery",
          "lateral-movement",
          "collection",
          "command-and-control",
          "exfiltration",
          "impact");

  private Attack() {}

  /** Titles of all tactics, in the order of the matrix. */
  public static List<String> tactics() {
    return MATRIX.stream().map(Attack::title).toList();
  }

  /** Empty where no tag speaks of ATT&amp;CK. */
  public static ObjectNode threat(List<String> tags) {
    TreeMap<String, String> tactics = new TreeMap<>();
    TreeSet<String> techniques = new TreeSet<>();
    TreeSet<String> subtechniques = new TreeSet<>();
    for (String tag : tags) {
      String word = tag.toLowerCase(Locale.ROOT).replace('_', '-');
      if (!word.startsWith("attack.")) {
        continue;
      }
      String name = word.substring("attack.".length());
      if (TACTICS.containsKey(name)) {
        tactics.put(TACTICS.get(name), name);
      } else if (name.matches("t\\d{4}(\\.\\d{3})?")) {
        techniques.add(name.substring(0, 5).toUpperCase(Locale.ROOT));
        if (name.length() > 5) {
          subtechniques.add(name.toUpperCase(Locale.ROOT));
        }
      }
    }
    ObjectNode threat = JsonNodeFactory.instance.objectNode();
    if (tactics.isEmpty() && techniques.isEmpty()) {
      return threat;
    }
    threat.put("framework", "MITRE ATT&CK");
    if (!tactics.isEmpty()) {
      ObjectNode tactic = threat.putObject("tactic");
      ArrayNode ids = tactic.putArray("id");
      ArrayNode names = tactic.putArray("name");
      tactics.forEach(
          (id, name) -> {
            ids.add(id);
            names.add(title(name));
          });
    }
    if (!techniques.isEmpty()) {
      ObjectNode technique = threat.putObject("technique");
      techniques.forEach(technique.putArray("id")::add);
      if (!subtechniques.isEmpty()) {
        subtechniques.forEach(technique.putObject("subtechnique").putArray("id")::add);
      }
    }
    return threat;
  }

  private static String title(String name) {
    StringBuilder title = new StringBuilder();
    for (String word : name.split("-", -1)) {
      String shown =
          word.equals("and") ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
      title.append(title.isEmpty() ? "" : " ").append(shown);
    }
    return title.toString();
  }
}
