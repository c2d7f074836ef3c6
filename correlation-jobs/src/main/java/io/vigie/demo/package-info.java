/**
 * A small company's CloudTrail for {@code vigie demo}: six ordinary hours, and the attacks that
 * happen in them.
 */
@NullMarked
package io.vigie.demo;

import org.jspecify.annotations.NullMarked;
