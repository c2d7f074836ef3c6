/** Tests of the command line. */
@NullMarked
package io.vigie.cli;

import org.jspecify.annotations.NullMarked;
