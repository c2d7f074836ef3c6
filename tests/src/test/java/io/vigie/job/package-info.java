@NullMarked
package io.vigie.job;

import org.jspecify.annotations.NullMarked;
