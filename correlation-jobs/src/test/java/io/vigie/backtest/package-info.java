@NullMarked
package io.vigie.backtest;

import org.jspecify.annotations.NullMarked;
