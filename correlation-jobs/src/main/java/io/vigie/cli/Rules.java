package io.vigie.cli;

import io.vigie.correlation.CheckedRules;
import io.vigie.ingest.LogSources;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Rules as a command gets them: read, joined and checked. */
record Rules(RulePack pack, RuleSet set, Problems problems) {

  static Rules read(List<Path> folders, LogSources sources) {
    Problems problems = new Problems();
    return of(RulePack.read(folders, sources, problems), problems);
  }

  static Rules of(RulePack pack, Problems problems) {
    RuleSet set = CheckedRules.of(pack, problems);
    return new Rules(pack, set, problems);
  }

  /** Rules fit to run; empty, and their errors are printed, where they are not. */
  static Optional<Rules> readOrExplain(List<Path> folders, LogSources sources, PrintWriter err) {
    Rules rules = read(folders, sources);
    for (Problem problem : rules.problems.all()) {
      if (problem.severity() != Problem.Severity.WARNING) {
        err.println(problem);
      }
    }
    if (rules.problems.hasErrors()) {
      err.println("vigie: the rules have errors, nothing was run");
      return Optional.empty();
    }
    if (rules.pack.files().isEmpty()) {
      err.println("vigie: there are no rule files (*.yml) in " + folders);
      return Optional.empty();
    }
    return Optional.of(rules);
  }
}
