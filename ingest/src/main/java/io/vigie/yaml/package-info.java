/**
 * YAML as users write it, with the place of every value, so that a problem can name it. Safe on
 * strangers' files: YAML 1.2 types only, bounded size and depth, no aliases, tags or duplicate
 * keys.
 */
@NullMarked
package io.vigie.yaml;

import org.jspecify.annotations.NullMarked;
