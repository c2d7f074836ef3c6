@NullMarked
package io.vigie.enrichment.table;

import org.jspecify.annotations.NullMarked;
