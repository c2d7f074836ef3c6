/**
 * The Flink side. {@link io.vigie.job.Pipeline} is the whole job on one screen; every other class
 * here only adapts a plain one to Flink, or Flink to a plain one.
 */
@NullMarked
package io.vigie.job;

import org.jspecify.annotations.NullMarked;
