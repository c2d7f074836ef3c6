/** Predicates on several matches: Sigma's correlation types and the EPL that decides them. */
@NullMarked
package io.vigie.rules.correlation;

import org.jspecify.annotations.NullMarked;
