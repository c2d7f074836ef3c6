@NullMarked
package io.vigie.rules.correlation;

import org.jspecify.annotations.NullMarked;
