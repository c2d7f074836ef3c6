package io.vigie.rules.lint;

import io.vigie.yaml.Problems;

/** Something to look for in a document of a rule file that can be read. */
@FunctionalInterface
interface Check {
  void check(RuleDocument document, RuleDocuments all, Problems.OfFile problems);
}
