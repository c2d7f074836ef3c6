/**
 * What rules would have said over records of the past: alerts by rule and day, what it costs, and
 * what differs from other rules. Memory is bounded by the number of rules and days, not of alerts.
 */
@NullMarked
package io.vigie.backtest;

import org.jspecify.annotations.NullMarked;
