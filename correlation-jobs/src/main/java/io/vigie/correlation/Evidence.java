package io.vigie.correlation;

/**
 * An event behind an alert.
 *
 * @param rule name of the detection rule that it matched
 * @param timestamp when the event was said as it stands here, in milliseconds: event time, or later
 *     for an update of a finding
 * @param eventId the event's id
 * @param document the event as an ECS document, JSON in UTF-8; empty where it was not kept
 */
public record Evidence(String rule, long timestamp, String eventId, byte[] document) {

  private static final byte[] NONE = {};

  public boolean hasDocument() {
    return document.length > 0;
  }

  Evidence withoutDocument() {
    return new Evidence(rule, timestamp, eventId, NONE);
  }
}
