package io.vigie.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vigie}: all commands. */
@Command(
    name = "vigie",
    description = {
      "Event correlation for a SIEM: reads AWS, CNAPP and application events from "
          + "Kafka, correlates them with Sigma rules in event time, and writes alerts to "
          + "Elasticsearch.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all is well; 1 the input or the rules are at fault; 2 wrong " + "usage.",
      "Begin with: vigie demo"
    },
    mixinStandardHelpOptions = true,
    versionProvider = VigieCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      DetectCommand.class,
      NormalizeCommand.class,
      FeedCommand.class,
      SourcesCommand.class,
      RulesCommand.class,
      ReferenceCommand.class
    })
public final class VigieCommand implements Runnable {
  /** The input or the rules are at fault. */
  static final int AT_FAULT = 1;

  @Spec private @Nullable CommandSpec spec;

  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new VigieCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(VigieCommand::explain);
    return commandLine;
  }

  /** Whoever reads this wants to know what to do, not where in the code it happened. */
  private static int explain(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    if (exception instanceof DefinitionsOption.Unsound unsound) {
      err.println(unsound.getMessage());
      err.println("vigie: the log sources' definitions have errors, nothing was run");
      return AT_FAULT;
    }
    err.println("vigie: " + Failure.message(exception));
    if (System.getenv("VIGIE_DEBUG") != null) {
      exception.printStackTrace(err);
    } else {
      err.println("       (VIGIE_DEBUG=1 shows the stack trace)");
    }
    return AT_FAULT;
  }

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "vigie needs a command");
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = VigieCommand.class.getPackage().getImplementationVersion();
      return new String[] {"vigie " + (version == null ? "(built from source)" : version)};
    }
  }
}
