/**
 * Correlating matches in event time, in plain Java. {@link io.vigie.correlation.RuleWindow} decides
 * one rule with Esper; {@link io.vigie.correlation.Correlator} drives the rules of a stream from a
 * {@link io.vigie.correlation.Journal} that outlives it; {@link
 * io.vigie.correlation.SortedCorrelator} drives them over sorted input of any length.
 */
@NullMarked
package io.vigie.correlation;

import org.jspecify.annotations.NullMarked;
