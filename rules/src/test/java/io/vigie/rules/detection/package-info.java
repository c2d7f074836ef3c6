@NullMarked
package io.vigie.rules.detection;

import org.jspecify.annotations.NullMarked;
