@NullMarked
package io.vigie.reference;

import org.jspecify.annotations.NullMarked;
