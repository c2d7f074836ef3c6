/** Rule sets that take effect one after the other while the job runs. */
@NullMarked
package io.vigie.release;

import org.jspecify.annotations.NullMarked;
