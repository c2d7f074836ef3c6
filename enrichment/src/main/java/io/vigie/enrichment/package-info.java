/**
 * Events gain fields that they do not say themselves. One class is one enricher; {@link
 * io.vigie.enrichment.Enrichers} lists them.
 */
@NullMarked
package io.vigie.enrichment;

import org.jspecify.annotations.NullMarked;
