/**
 * Runs the tests that rules carry in their own files, with the classes that the job runs: decoding,
 * matching, correlating, building and folding alerts. {@link io.vigie.ruletest.LocalEngine} puts
 * them together without Flink; {@link io.vigie.ruletest.RuleFileTests} asks whether the alerts are
 * those that a case expects, whatever happens to its events on the way.
 */
@NullMarked
package io.vigie.ruletest;

import org.jspecify.annotations.NullMarked;
