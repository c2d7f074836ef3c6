package io.vigie.demo;

import java.util.List;

/**
 * An alert that the rule library must raise on the demo's records, once.
 *
 * @param ruleId Sigma's id of the rule
 * @param group the values of the rule's group-by fields, in their order; empty where the rule has
 *     none
 * @param story what happened, in a sentence
 */
public record ExpectedAlert(String ruleId, String ruleTitle, List<String> group, String story) {}
