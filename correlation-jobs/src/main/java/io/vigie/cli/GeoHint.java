package io.vigie.cli;

import io.vigie.ingest.EnrichedFields;
import io.vigie.rules.RuleSet;
import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Says which databases rules would need that nobody has configured. */
final class GeoHint {
  private static final Pattern PLACE = Pattern.compile("[a-z]+[.]geo[.].*");
  private static final Pattern SYSTEM = Pattern.compile("[a-z]+[.]as[.].*");

  private GeoHint() {}

  /**
   * Prints a line for each database that is missing.
   *
   * @param places whether there is one of places
   * @param systems whether there is one of autonomous systems
   */
  static void print(RuleSet rules, boolean places, boolean systems, PrintWriter err) {
    if (!places) {
      print(rules, PLACE, "places", "geo.city in vigie.yaml, or --geo-city", err);
    }
    if (!systems) {
      print(rules, SYSTEM, "autonomous systems", "geo.asn in vigie.yaml, or --geo-asn", err);
    }
    err.flush();
  }

  private static void print(
      RuleSet rules, Pattern fields, String database, String option, PrintWriter err) {
    List<String> used =
        rules.fields().names().stream()
            .filter(EnrichedFields.ALL::contains)
            .filter(name -> fields.matcher(name).matches())
            .sorted()
            .toList();
    if (!used.isEmpty()) {
      err.printf(
          "vigie: rules look at %s, and there is no MaxMind database of %s: only log sources that"
              + " say it themselves have it (%s)%n",
          String.join(", ", used), database, option);
    }
  }
}
