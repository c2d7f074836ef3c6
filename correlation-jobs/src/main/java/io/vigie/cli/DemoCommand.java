package io.vigie.cli;

import io.vigie.demo.Demo;
import io.vigie.ingest.LogSources;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vigie demo}: everything on this machine. */
@Command(
    name = "demo",
    header = "Everything on this machine, with attack stories.",
    description = {
      "Starts a real Kafka, Elasticsearch and Flink on this machine, feeds them six "
          + "hours of an invented company's CloudTrail with attacks in it, and shows the "
          + "alerts as they are found. The first start downloads Elasticsearch (107 MB) "
          + "through Maven. Everything listens on loopback only, and is removed at the end "
          + "(Ctrl-C).",
      ""
    },
    footer = {"", "The exit code of --once is 1 when an expected alert is missing."},
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--once",
      description = "End after the stories; fail when an alert is missing or one is too many.")
  private boolean once;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "NUMBER",
      description = "Other stories in detail for another seed; ${DEFAULT-VALUE} unless told.")
  private long seed;

  @Option(
      names = "--rules",
      paramLabel = "DIR",
      description = "Rules to run; the rule library unless told.")
  private @Nullable Path rules;

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Path folder = rules == null ? Home.folder().resolve("rules").resolve("library") : rules;
    if (!Files.isDirectory(folder)) {
      err.println("vigie: there is no folder of rules at " + folder + "; name one with --rules");
      return VigieCommand.AT_FAULT;
    }
    Optional<Rules> read = Rules.readOrExplain(List.of(folder), LogSources.builtIn(), err);
    if (read.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    Demo demo = new Demo(seed, folder, read.get().pack(), out, err);
    if (once) {
      return demo.once() ? 0 : VigieCommand.AT_FAULT;
    }
    demo.untilStopped();
    return 0;
  }
}
