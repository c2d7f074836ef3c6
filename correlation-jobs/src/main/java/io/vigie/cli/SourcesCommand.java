package io.vigie.cli;

import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.yaml.Timespan;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vigie sources}: what can be read. */
@Command(
    name = "sources",
    header = "The log sources that Vigie knows.",
    description = {
      "Lists the log sources, each with its topic, how late its events may be, after how much "
          + "silence nobody waits for it, and what Sigma rules call it.",
      ""
    },
    footer = {
      "",
      "Example: vigie sources --definitions my-sources",
      "checks definitions of your own: it tells all that is wrong with them, and the exit code is "
          + "1."
    },
    mixinStandardHelpOptions = true)
final class SourcesCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Override
  public Integer call() throws Exception {
    LogSources sources = definitions.sources();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    String line = "%-28s %-28s %-9s %-9s %s%n";
    out.printf(line, "SOURCE", "TOPIC", "LATENESS", "IDLE", "SIGMA");
    for (LogSource source : sources.all()) {
      out.printf(
          line,
          source.id(),
          source.topic(),
          Timespan.text(source.lateness()),
          Timespan.text(source.idleTimeout()),
          String.join("; ", source.sigmaNames()));
    }
    return 0;
  }
}
