/** The {@code vigie} command line. Data on standard output, everything else on standard error. */
@NullMarked
package io.vigie.cli;

import org.jspecify.annotations.NullMarked;
