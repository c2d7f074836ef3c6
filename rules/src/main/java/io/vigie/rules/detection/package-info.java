/** Predicates on one event: Sigma's selections, modifiers and conditions, and how they are run. */
@NullMarked
package io.vigie.rules.detection;

import org.jspecify.annotations.NullMarked;
