/**
 * Documents go to Elasticsearch. {@link io.vigie.job.sink.ElasticsearchSink} writes each of them at
 * least once under an id that makes a second write harmless; what Elasticsearch refuses for good
 * goes to {@link io.vigie.job.sink.DeadLetters}, and nothing is dropped.
 */
@NullMarked
package io.vigie.job.sink;

import org.jspecify.annotations.NullMarked;
