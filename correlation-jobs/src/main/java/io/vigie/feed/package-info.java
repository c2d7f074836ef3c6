/** Files of raw records go into Kafka. */
@NullMarked
package io.vigie.feed;

import org.jspecify.annotations.NullMarked;
