/** Reference data: tables of rows, looked up by key as of an event's time. */
@NullMarked
package io.vigie.enrichment.table;

import org.jspecify.annotations.NullMarked;
