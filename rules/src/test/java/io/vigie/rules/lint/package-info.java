/** Tests of what rule authors are told. */
@NullMarked
package io.vigie.rules.lint;

import org.jspecify.annotations.NullMarked;
