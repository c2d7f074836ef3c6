package io.vigie.rules.lint;

import io.vigie.ingest.EnrichedFields;
import io.vigie.ingest.LogSource;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Fields that no log source of the rule has. A payload may have fields that nobody has seen, so a
 * name that is not known is no problem of itself: only one that differs from a known one by a slip
 * of the pen, or an ECS field that the log source does not fill.
 */
final class FieldCheck implements Check {
  private static final int SHORTEST_TYPO = 6;

  @Override
  public void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems) {
    Set<LogSource> sources = all.sources(document);
    if (sources.isEmpty()) {
      return;
    }
    Known known = Known.of(sources);
    for (RuleDocument.Part selection : document.selections()) {
      Selections.items(selection.value())
          .forEach(
              item -> {
                known.check(item.field(), item.place(), problems);
                if (item.modifiers().contains("fieldref")) {
                  item.values().forEach(other -> known.check(other, problems));
                }
              });
    }
    document.correlation().ifPresent(correlation -> correlation(correlation, known, problems));
  }

  private static void correlation(YamlMap correlation, Known known, Problems.OfFile problems) {
    Optional<YamlMap> aliases = RuleDocument.map(correlation, "aliases");
    Set<String> aliased = aliases.map(map -> map.entries().keySet()).orElse(Set.of());
    for (YamlScalar field : RuleDocument.scalars(correlation, "group-by")) {
      if (!aliased.contains(field.text())) {
        known.check(field, problems);
      }
    }
    RuleDocument.map(correlation, "condition")
        .ifPresent(
            condition ->
                RuleDocument.scalars(condition, "field")
                    .forEach(field -> known.check(field, problems)));
    RuleDocument.scalars(correlation, "fields").forEach(field -> known.check(field, problems));
    for (String map : List.of("fields", "numbers")) {
      RuleDocument.map(correlation, map)
          .ifPresent(
              columns ->
                  columns
                      .entries()
                      .values()
                      .forEach(
                          column ->
                              RuleDocument.scalars(column.value())
                                  .forEach(field -> known.check(field, problems))));
    }
    for (String alias : aliased) {
      aliases
          .flatMap(map -> RuleDocument.map(map, alias))
          .ifPresent(
              fields ->
                  fields
                      .entries()
                      .values()
                      .forEach(
                          entry ->
                              RuleDocument.scalars(entry.value())
                                  .forEach(field -> known.check(field, problems))));
    }
  }

  /**
   * The fields of some log sources.
   *
   * @param names known of at least one of them
   * @param objects first keys of their payloads
   */
  private record Known(String sources, Set<String> names, Set<String> objects) {

    static Known of(Collection<LogSource> sources) {
      Set<String> names = new TreeSet<>();
      Set<String> objects = new HashSet<>();
      for (LogSource source : sources) {
        names.addAll(source.ecsFields());
        for (String path : source.payloadFields()) {
          names.add(path);
          objects.add(path.split("\\.", 2)[0]);
        }
      }
      return new Known(
          sources.stream().map(LogSource::id).sorted().collect(Collectors.joining(", ")),
          names,
          objects);
    }

    void check(YamlScalar field, Problems.OfFile problems) {
      check(field.text(), field.place(), problems);
    }

    void check(String field, Place place, Problems.OfFile problems) {
      if (field.isEmpty() || names.contains(field) || EnrichedFields.ALL.contains(field)) {
        return;
      }
      Optional<String> near = near(field);
      if (near.isPresent()) {
        problems.warn(
            place,
            "UNKNOWN_FIELD",
            "no field '" + field + "' is known of " + sources,
            "did you mean " + near.get() + "?");
      } else if (LogSource.isEcs(field) && !objects.contains(field.split("\\.", 2)[0])) {
        problems.warn(
            place,
            "FIELD_NOT_FILLED",
            "the ECS field '" + field + "' is not filled by " + sources,
            "name a field of the source, see its source.yml");
      }
    }

    /** A known name that differs in case and separators only, or by one letter. */
    private Optional<String> near(String field) {
      String folded = folded(field);
      for (String name : names) {
        if (folded(name).equals(folded)) {
          return Optional.of(name);
        }
      }
      return field.length() < SHORTEST_TYPO
          ? Optional.empty()
          : names.stream().filter(name -> isOneSlipFrom(name, field)).findFirst();
    }

    private static String folded(String name) {
      return name.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
    }

    /** One letter more, less or other, or two letters swapped. */
    private static boolean isOneSlipFrom(String name, String field) {
      int start = 0;
      int shorter = Math.min(name.length(), field.length());
      while (start < shorter && name.charAt(start) == field.charAt(start)) {
        start++;
      }
      int end = 0;
      while (end < shorter - start
          && name.charAt(name.length() - 1 - end) == field.charAt(field.length() - 1 - end)) {
        end++;
      }
      String inName = name.substring(start, name.length() - end);
      String inField = field.substring(start, field.length() - end);
      if (inName.contains(".") || inField.contains(".")) {
        return false;
      }
      boolean swapped =
          inName.length() == 2 && new StringBuilder(inName).reverse().toString().equals(inField);
      return swapped || Math.max(inName.length(), inField.length()) <= 1;
    }
  }
}
