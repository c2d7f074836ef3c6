package io.vigie.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Standing;
import io.vigie.dashboards.IndexTemplates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Elasticsearch holds of an alert. Indices are by month of event time, so that every run
 * writes a document to the same one.
 */
public final class StoredDocuments {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of more events it makes no difference how many; a number of today has no more than 53 bits. */
  private static final int MAX_EVENTS = (1 << 11) - 1;

  private static final int YEAR_AND_MONTH = "2026-11".length();

  private final AlertDocument documents;

  public StoredDocuments(AlertDocument documents) {
    this.documents = documents;
  }

  /**
   * One document.
   *
   * @param revision the larger, the more it says. It follows from what the alert says: first of the
   *     event time up to which it speaks, then of whether that is certain, then of the events.
   *     However often and in whatever steps an alert is told, what it says up to a time is the same
   * @param create what to write when it is not there
   * @param update what to change when it is; null where it never changes
   */
  public record Document(
      String index, String id, long revision, byte[] create, byte @Nullable [] update) {}

  /**
   * The alert itself. What analysts write into it ({@code vigie.workflow}) stands in the first
   * write only and is never overwritten.
   *
   * @param now the write time, milliseconds
   */
  public Document alert(Alert alert, long now) {
    ObjectNode whole = documents.of(alert);
    ObjectNode create = whole.deepCopy();
    ObjectNode update = alert.standing() == Standing.WITHDRAWN ? withdrawal(whole) : whole;
    create.withObjectProperty("event").put("ingested", AlertDocument.time(now));
    update.withObjectProperty("event").put("ingested", AlertDocument.time(now));
    long revision = revision(alert);
    create.withObjectProperty("vigie").withObjectProperty("alert").put("revision", revision);
    update.withObjectProperty("vigie").withObjectProperty("alert").put("revision", revision);
    create.withObjectProperty("event").put("created", AlertDocument.time(now));
    create.withObjectProperty("vigie").putObject("workflow").put("status", "open");
    return new Document(
        index(IndexTemplates.ALERTS_ALIAS, alert.firstSeen()),
        alert.id(),
        revision,
        AlertDocument.bytes(create),
        AlertDocument.bytes(update));
  }

  /** What the provisional alert said of its events stays there to be seen. */
  private static ObjectNode withdrawal(ObjectNode whole) {
    ObjectNode update = JSON.createObjectNode();
    update.putObject("event").set("reason", whole.at("/event/reason"));
    update.putObject("vigie").putObject("alert").set("standing", whole.at("/vigie/alert/standing"));
    return update;
  }

  /** The events behind the alert that are new since it was last told. */
  public List<Document> evidence(Alert alert, long now) {
    List<Document> written = new ArrayList<>();
    for (Evidence evidence : alert.evidence().stream().filter(Evidence::hasDocument).toList()) {
      ObjectNode document = parsed(evidence.document());
      document.withObjectProperty("event").put("ingested", AlertDocument.time(now));
      document
          .withObjectProperty("vigie")
          .putObject("alert")
          .put("id", alert.id())
          .put("step", evidence.rule())
          .put("revision", revision(alert));
      byte[] bytes = AlertDocument.bytes(document);
      // An update of a finding replaces what was written of it, so it belongs to the same month.
      written.add(
          new Document(
              index(
                  IndexTemplates.EVIDENCE_ALIAS,
                  alert.single() ? alert.firstSeen() : evidence.timestamp()),
              AlertBuilder.hash(alert.id() + "\n" + evidence.eventId()),
              revision(alert),
              bytes,
              alert.single() ? bytes : null));
    }
    return written;
  }

  static long revision(Alert alert) {
    long certain = alert.standing() == Standing.PROVISIONAL ? 0 : MAX_EVENTS + 1L;
    int events = Math.min(MAX_EVENTS, alert.eventCount() + alert.lateCount());
    return alert.lastSeen() * 2 * (MAX_EVENTS + 1L) + certain + events;
  }

  private static String index(String alias, long time) {
    return alias + "-" + AlertDocument.time(time).substring(0, YEAR_AND_MONTH).replace('-', '.');
  }

  private static ObjectNode parsed(byte[] document) {
    try {
      JsonNode node = JSON.readTree(document);
      return (ObjectNode) node;
    } catch (IOException e) {
      throw new IllegalStateException("evidence is a JSON document", e);
    }
  }
}
