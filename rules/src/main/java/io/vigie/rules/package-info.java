/**
 * The rule language: Sigma files become a {@link io.vigie.rules.RuleSet}, in three steps. {@link
 * io.vigie.rules.RuleReader} reads a file, {@code RuleLinker} joins what the files name of each
 * other, and the set answers which rules an event matches and how matches correlate.
 */
@NullMarked
package io.vigie.rules;

import org.jspecify.annotations.NullMarked;
