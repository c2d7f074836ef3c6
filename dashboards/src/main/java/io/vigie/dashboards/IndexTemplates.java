package io.vigie.dashboards;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The Elasticsearch templates of the alert and evidence indices.
 *
 * <p>Indices are named after year and month (UTC) of the document's {@code @timestamp}, for example
 * {@code logs-vigie.alerts-default-2026.11}, so that the same id always falls into the same index;
 * the name without the month is a read alias. Only field types that Elasticsearch's minimal
 * distribution knows are used. A cluster's owner adds settings and fields in the component
 * templates {@code vigie-alerts@custom} and {@code vigie-evidence@custom}, which need not exist and
 * which Vigie never writes.
 */
public final class IndexTemplates {
  /** All alerts, in every month, for searching. */
  public static final String ALERTS_ALIAS = "logs-vigie.alerts-default";

  /** All evidence, in every month, for searching. */
  public static final String EVIDENCE_ALIAS = "logs-vigie.evidence-default";

  private IndexTemplates() {}

  /**
   * One template.
   *
   * @param path where to PUT it, for example {@code /_component_template/vigie-alerts@mappings}
   * @param body the JSON to PUT
   */
  public record Template(String path, String body) {}

  /** All templates, in the order in which they have to be PUT: what is named comes first. */
  public static List<Template> inOrder() {
    return List.of(
        component("vigie-alerts@mappings"),
        component("vigie-alerts@settings"),
        component("vigie-evidence@mappings"),
        component("vigie-evidence@settings"),
        index("vigie-alerts"),
        index("vigie-evidence"));
  }

  private static Template component(String name) {
    return new Template("/_component_template/" + name, read(name));
  }

  private static Template index(String name) {
    return new Template("/_index_template/" + name, read(name));
  }

  private static String read(String name) {
    try (InputStream file = IndexTemplates.class.getResourceAsStream(name + ".json")) {
      return new String(
          Objects.requireNonNull(file, name + ".json").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
