/**
 * What a rule's author is told beyond errors: {@link io.vigie.rules.lint.RuleLint} finds what is
 * unwise, {@link io.vigie.rules.lint.RuleDescription} says how the engine understands a rule.
 */
@NullMarked
package io.vigie.rules.lint;

import org.jspecify.annotations.NullMarked;
