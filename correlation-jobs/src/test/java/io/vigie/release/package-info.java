@NullMarked
package io.vigie.release;

import org.jspecify.annotations.NullMarked;
