/** Finds, for one event, the rules that it could match, without looking at the others. */
@NullMarked
package io.vigie.rules.index;

import org.jspecify.annotations.NullMarked;
