@NullMarked
package io.vigie.feed;

import org.jspecify.annotations.NullMarked;
