package io.vigie.correlation;

/**
 * An event behind an alert.
 *
 * @param rule name of the detection rule that it matched
 * @param timestamp when the event was said as it stands here, in milliseconds: event time, or later
 *     for an update of a finding
 * @param eventId the event's id
 * @param document the event as an ECS document, JSON in UTF-8
 */
public record Evidence(String rule, long timestamp, String eventId, byte[] document) {}
