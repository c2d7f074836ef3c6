package io.vigie.demo;

import java.time.Instant;

/**
 * A raw record of the demo, ready for its source's topic.
 *
 * @param source id of the log source, for example {@code aws.cloudtrail}
 * @param eventTime when it happened, in whole seconds; the same as in the record
 * @param json one CloudTrail record, UTF-8; never changed once it is made
 */
public record DemoRecord(String source, Instant eventTime, byte[] json) {}
