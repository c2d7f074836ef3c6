package io.vigie.rules.detection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.Event;
import io.vigie.ingest.FieldReader;
import io.vigie.ingest.LogSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event as rules see it: values by slot, each read at most once. Where the event itself has
 * none, those count that enriching it adds; its enriched document is made at most once, and only
 * when somebody asks for such a value.
 */
public final class EventView {
  private final List<String> names;
  private final FieldReader[] readers;
  private final FieldValues[] values;
  private final Enriching enriching;

  /** By slot, the {@link #turn} in which the values were read. */
  private final int[] readIn;

  private Event event;
  private int turn = 1;
  private @Nullable FieldValues leaves;
  private @Nullable ObjectNode document;

  private EventView(List<String> names, FieldReader[] readers, Enriching enriching, Event event) {
    this.names = names;
    this.readers = readers;
    this.enriching = enriching;
    this.event = event;
    this.values = new FieldValues[readers.length];
    this.readIn = new int[readers.length];
  }

  /** Reads the fields as the log source resolves their names. */
  public static Factory of(LogSource source, Fields fields) {
    List<String> names = fields.names();
    FieldReader[] readers = names.stream().map(source::field).toArray(FieldReader[]::new);
    return event -> new EventView(names, readers, Enriching.NONE, event);
  }

  /**
   * The same, with what enriching adds.
   *
   * @param documents makes the enriched ECS document of an event
   * @param slots of the fields that it adds
   */
  public static Factory of(
      LogSource source, Fields fields, Function<Event, ObjectNode> documents, BitSet slots) {
    List<String> names = fields.names();
    FieldReader[] readers = names.stream().map(source::field).toArray(FieldReader[]::new);
    Enriching enriching = new Enriching(documents, slots);
    return event -> new EventView(names, readers, enriching, event);
  }

  /** Who makes enriched documents, and which slots they fill. */
  private record Enriching(Function<Event, ObjectNode> documents, BitSet slots) {
    private static final Enriching NONE =
        new Enriching(
            event -> {
              throw new IllegalStateException("no slot is filled by enriching");
            },
            new BitSet());
  }

  /** Makes this the view of another event; nobody may use what it has shown before. */
  public void moveTo(Event other) {
    event = other;
    leaves = null;
    document = null;
    if (++turn == 0) {
      Arrays.fill(readIn, 0);
      turn = 1;
    }
  }

  public FieldValues values(int slot) {
    FieldValues read = values[slot];
    if (readIn[slot] == turn) {
      return read;
    }
    List<JsonNode> nodes = readers[slot].readWhole(event.payloadWith(names.get(slot)));
    if (read == null) {
      read = new FieldValues(nodes);
      values[slot] = read;
    } else {
      read.become(nodes);
    }
    readIn[slot] = turn;
    if (enriching.slots().get(slot) && read.isMissing()) {
      read.become(in(enrichedDocument(), names.get(slot)));
    }
    return read;
  }

  /** The enriched document, where somebody has asked for a value of it. */
  public Optional<ObjectNode> document() {
    return Optional.ofNullable(document);
  }

  private ObjectNode enrichedDocument() {
    ObjectNode made = document;
    if (made == null) {
      made = enriching.documents().apply(event);
      document = made;
    }
    return made;
  }

  /**
   * The values of a field of an ECS document in nested form.
   *
   * @param field dotted; lists on the way are traversed
   */
  public static List<JsonNode> in(JsonNode document, String field) {
    List<JsonNode> found = new ArrayList<>(1);
    collect(document, field, 0, found);
    return found;
  }

  private static void collect(JsonNode node, String field, int from, List<JsonNode> found) {
    if (node.isArray()) {
      node.forEach(each -> collect(each, field, from, found));
    } else if (from > field.length()) {
      found.add(node);
    } else {
      int dot = field.indexOf('.', from);
      int end = dot < 0 ? field.length() : dot;
      JsonNode next = node.get(field.substring(from, end));
      if (next != null && !next.isNull()) {
        collect(next, field, end + 1, found);
      }
    }
  }

  /** Every text, number and boolean of the event, for keywords. */
  public FieldValues leaves() {
    if (leaves == null) {
      List<JsonNode> found = new ArrayList<>();
      collectLeaves(event.payload(), found);
      leaves = new FieldValues(found);
    }
    return leaves;
  }

  private static void collectLeaves(JsonNode node, List<JsonNode> found) {
    if (node.isContainerNode()) {
      node.forEach(child -> collectLeaves(child, found));
    } else if (!node.isNull()) {
      found.add(node);
    }
  }

  /** Makes the views of one log source's events. */
  @FunctionalInterface
  public interface Factory {
    EventView of(Event event);
  }
}
