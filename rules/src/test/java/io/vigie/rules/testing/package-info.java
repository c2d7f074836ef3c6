@NullMarked
package io.vigie.rules.testing;

import org.jspecify.annotations.NullMarked;
