@NullMarked
package io.vigie.demo;

import org.jspecify.annotations.NullMarked;
