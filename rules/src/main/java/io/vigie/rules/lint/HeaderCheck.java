package io.vigie.rules.lint;

import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What an analyst needs to know of a rule that alerts, and its tests. */
final class HeaderCheck implements Check {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern TECHNIQUE = Pattern.compile("attack\\.[tT]\\d{4}(\\.\\d{3})?");

  /** Source: the tactics of ATT&amp;CK for Enterprise, as Sigma writes them. */
  private static final Set<String> TACTICS =
      Set.of(
          "attack.reconnaissance",
          "attack.resource-development",
          "attack.initial-access",
          "attack.execution",
          "attack.persistence",
          "attack.privilege-escalation",
          "attack.defense-evasion",
          "attack.defense-impairment",
          "attack.stealth",
          "attack.credential-access",
          "attack.discovery",
          "attack.lateral-movement",
          "attack.collection",
          "attack.command-and-control",
          "attack.exfiltration",
          "attack.impact");

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    if (!document.isDetection() && document.correlation().isEmpty()) {
      return;
    }
    if (document.position() == 0) {
      tests(document, all, problems);
    }
    tags(document.map(), problems);
    if (!all.alerts(document)) {
      return;
    }
    YamlMap map = document.map();
    missing(map, "description", "NO_DESCRIPTION", "an analyst reads it in the alert", problems);
    missing(map, "level", "NO_LEVEL", "it counts as medium", problems);
    missing(map, "id", "NO_UUID", "alerts are known by it; the name stands in for it", problems);
    String id = RuleDocument.text(map, "id");
    if (!id.isEmpty() && !UUID.matcher(id).matches()) {
      problems.note(
          map.placeOf("id"), "NO_UUID", "the id '" + id + "' is no UUID", "Sigma's ids are UUIDs");
    }
    if (RuleDocument.scalars(map, "tags").stream()
        .noneMatch(tag -> TECHNIQUE.matcher(tag.text()).matches())) {
      problems.note(
          map.placeOf("tags"),
          "NO_ATTACK_TAG",
          "no tag names a technique of ATT&CK",
          "for example tags: [attack.credential-access, attack.t1110]");
    }
  }

  private static void missing(
      YamlMap map, String key, String code, String why, Problems.OfFile problems) {
    if (RuleDocument.text(map, key).isEmpty()) {
      problems.note(map.place(), code, "the rule has no " + key + ": " + why, "add " + key + ":");
    }
  }

  private static void tests(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    boolean tested =
        all.ofFile(document.file()).stream()
            .anyMatch(
                each ->
                    each.map().get("tests").orElse(null) instanceof YamlList cases
                        && !cases.items().isEmpty());
    if (!tested) {
      Place place = document.map().place();
      problems.note(place, "NO_TESTS", "the file has no tests", "see README.md, \"Add a rule\"");
    }
  }

  private static void tags(YamlMap map, Problems.OfFile problems) {
    for (YamlScalar tag : RuleDocument.scalars(map, "tags")) {
      String folded = tag.text().toLowerCase(Locale.ROOT).replace('_', '-');
      boolean technique =
          folded.matches("attack\\.t\\d.*") && !TECHNIQUE.matcher(tag.text()).matches();
      String near = TACTICS.contains(folded) ? "" : Problems.didYouMean(folded, TACTICS);
      if (technique || (folded.startsWith("attack.") && !isId(folded) && !near.isEmpty())) {
        problems.warn(
            tag.place(),
            "BAD_TAG",
            "'" + tag.text() + "' names nothing of ATT&CK",
            technique ? "for example attack.t1110 or attack.t1110.001" : near);
      }
    }
  }

  /** A technique, a group or a software. */
  private static boolean isId(String tag) {
    return tag.matches("attack\\.[tgs]\\d.*");
  }
}
