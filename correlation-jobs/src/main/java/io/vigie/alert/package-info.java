/** Alerts: what a satisfied rule becomes for an analyst, as values and as ECS documents. */
@NullMarked
package io.vigie.alert;

import org.jspecify.annotations.NullMarked;
