/** The tests that a rule carries in its own file. */
@NullMarked
package io.vigie.rules.testing;

import org.jspecify.annotations.NullMarked;
