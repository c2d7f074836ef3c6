@NullMarked
package io.vigie.rules;

import org.jspecify.annotations.NullMarked;
