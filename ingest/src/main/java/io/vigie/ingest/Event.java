package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event, as its log source emits it. Most events end unmatched, so of its payload only what the
 * log source was asked for is read at once, and its ECS view is made by its log source only when
 * somebody needs it.
 */
public final class Event implements Decoded {
  private final String source;
  private final long timestamp;
  private final Payload payload;
  private final Origin origin;
  private final @Nullable EventId ids;
  private volatile @Nullable String id;

  /**
   * An event that is all there.
   *
   * @param source id of the log source, for example {@code aws.cloudtrail}
   * @param timestamp milliseconds since 1970 UTC
   */
  public Event(String source, String id, long timestamp, JsonNode payload, Origin origin) {
    this(source, id, timestamp, Payload.whole(payload), origin, null);
  }

  /**
   * @param id null where the source has none of its own
   * @param ids make the id then
   */
  Event(
      String source,
      @Nullable String id,
      long timestamp,
      Payload payload,
      Origin origin,
      @Nullable EventId ids) {
    this.source = source;
    this.timestamp = timestamp;
    this.payload = payload;
    this.origin = origin;
    this.ids = ids;
    if (id != null) {
      this.id = id;
    }
  }

  /** Id of the log source, for example {@code aws.cloudtrail}. */
  public String source() {
    return source;
  }

  /**
   * The source's own event id, or a hash of source and canonical payload; equal for deliveries of
   * the same event.
   */
  public String id() {
    String known = id;
    if (known == null) {
      known = Objects.requireNonNull(ids).hash(payload());
      id = known;
    }
    return known;
  }

  /** Event time in milliseconds since 1970 UTC. */
  public long timestamp() {
    return timestamp;
  }

  /** The event in the source's own form, without its envelope: all of it. */
  public JsonNode payload() {
    return payload.whole();
  }

  /**
   * The payload, or a part of it, in which this field of the log source reads what it reads in the
   * whole. Cheap for the fields that the log source was asked for.
   */
  public JsonNode payloadWith(String field) {
    return payload.with(field);
  }

  /**
   * Lets somebody look at the JSON text of the payload before all of it is read.
   *
   * @return what the look says; true where the payload is not such a text
   */
  public boolean mayHold(TextLook look) {
    return payload.mayHold(look);
  }

  /** Where the raw record was read; differs between deliveries of the same event. */
  public Origin origin() {
    return origin;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event event
        && source.equals(event.source)
        && timestamp == event.timestamp
        && origin.equals(event.origin)
        && id().equals(event.id())
        && payload().equals(event.payload());
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, timestamp, origin);
  }

  @Override
  public String toString() {
    return source + " " + id() + " at " + TimeFormat.text(timestamp) + ": " + payload();
  }
}
