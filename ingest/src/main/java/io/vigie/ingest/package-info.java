/**
 * Raw records become events. A log source is a declarative definition, read from YAML, that says
 * where records come from, how to unwrap them, when they happened, who they are, and which ECS
 * field each of their values is.
 */
@NullMarked
package io.vigie.ingest;

import org.jspecify.annotations.NullMarked;
