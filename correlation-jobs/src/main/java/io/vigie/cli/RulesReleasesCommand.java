package io.vigie.cli;

import io.vigie.job.JobConfig;
import io.vigie.release.RefusedRelease;
import io.vigie.release.Release;
import io.vigie.release.ReleaseLog;
import io.vigie.yaml.Shown;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vigie rules releases}: what was published. */
@Command(
    name = "releases",
    header = "What was published for the job that runs.",
    description = {
      "Lists the releases of the rules: number, event time from which it decides, when it was "
          + "published, files, version, and why it is refused where it is: the rules before it go "
          + "on then. Release 0 is the rules that the job was started with.",
      ""
    },
    footer = {"", "Example: vigie rules releases --config vigie.yaml"},
    mixinStandardHelpOptions = true)
final class RulesReleasesCommand implements Callable<Integer> {
  private static final String ROW = "%6s  %-24s  %-24s  %6s  %s%n";

  @Spec private @Nullable CommandSpec spec;

  @Mixin private @Nullable ConfigOption config;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "20",
      description = "The latest N of them (default: 20); each is read as the job reads it.")
  private int last = 20;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    if (last < 1) {
      throw new ParameterException(command.commandLine(), "--last must be at least 1");
    }
    PrintWriter err = command.commandLine().getErr();
    Optional<JobConfig> read = Objects.requireNonNull(config).readOrExplain(err);
    if (read.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    try (PublishedRules published = PublishedRules.open(read.get(), err)) {
      print(published.log(), command.commandLine().getOut());
    }
    return 0;
  }

  private void print(ReleaseLog log, PrintWriter out) {
    Release now = log.at(System.currentTimeMillis());
    out.printf(ROW, "number", "from", "published", "files", "version");
    for (int number = Math.max(1, log.count() - last); number < log.count(); number++) {
      Release release = log.numbered(number);
      release.rules();
      List<RefusedRelease> refused = log.refused();
      boolean bad = !refused.isEmpty() && refused.get(refused.size() - 1).number() == number;
      String state = bad ? "refused" : release == now ? "decides now" : "";
      out.printf(
          ROW,
          number,
          Instant.ofEpochMilli(release.from()),
          log.said(number).fault().isEmpty() ? log.said(number).publication().published() : "?",
          log.said(number).publication().files().size(),
          Shown.text(release.version()) + (state.isEmpty() ? "" : "  (" + state + ")"));
      if (bad) {
        refused.get(refused.size() - 1).reasons().stream()
            .limit(5)
            .forEach(reason -> out.println("        " + reason));
      }
    }
    out.flush();
  }
}
