@NullMarked
package io.vigie.ruletest;

import org.jspecify.annotations.NullMarked;
