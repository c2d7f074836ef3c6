package io.vigie.rules.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigie.ingest.Event;
import io.vigie.ingest.FieldReader;
import io.vigie.ingest.LogSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event as rules see it: values by slot, each read at most once. */
public final class EventView {
  private final List<String> names;
  private final FieldReader[] readers;
  private final FieldValues[] values;

  /** By slot, the {@link #turn} in which the values were read. */
  private final int[] readIn;

  private Event event;
  private int turn = 1;
  private @Nullable FieldValues leaves;

  private EventView(List<String> names, FieldReader[] readers, Event event) {
    this.names = names;
    this.readers = readers;
    this.event = event;
    this.values = new FieldValues[readers.length];
    this.readIn = new int[readers.length];
  }

  /** Reads the fields as the log source resolves their names. */
  public static Factory of(LogSource source, Fields fields) {
    List<String> names = fields.names();
    FieldReader[] readers = names.stream().map(source::field).toArray(FieldReader[]::new);
    return event -> new EventView(names, readers, event);
  }

  /** Makes this the view of another event; nobody may use what it has shown before. */
  public void moveTo(Event other) {
    event = other;
    leaves = null;
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
    return read;
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
