@NullMarked
package io.vigie.tests;

import org.jspecify.annotations.NullMarked;
