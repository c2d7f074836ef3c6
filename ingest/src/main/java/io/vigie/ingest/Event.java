package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One event, as its log source emits it. The ECS view of it is made by its log source only when
 * somebody needs it, because most events end unmatched.
 *
 * @param source id of the log source, for example {@code aws.cloudtrail}
 * @param id the source's own event id, or a hash of source and canonical payload; equal for
 *     deliveries of the same event
 * @param timestamp event time in milliseconds since 1970 UTC
 * @param payload the event in the source's own form, without its envelope
 * @param origin where the raw record was read; differs between deliveries of the same event
 */
public record Event(String source, String id, long timestamp, JsonNode payload, Origin origin)
    implements Decoded {}
