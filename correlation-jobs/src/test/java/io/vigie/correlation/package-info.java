@NullMarked
package io.vigie.correlation;

import org.jspecify.annotations.NullMarked;
