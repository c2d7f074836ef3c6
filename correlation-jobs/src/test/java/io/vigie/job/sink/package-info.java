@NullMarked
package io.vigie.job.sink;

import org.jspecify.annotations.NullMarked;
