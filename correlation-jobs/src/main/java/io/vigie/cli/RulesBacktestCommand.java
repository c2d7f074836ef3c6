package io.vigie.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vigie.backtest.Backtest;
import io.vigie.job.DetectJob.Input;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules backtest}: what rules would have said. */
@Command(
    name = "backtest",
    header = "What rules would have said over records of the past.",
    description = {
      "Runs rules over files with the operators of the job, and counts: alerts by rule and day, "
          + "the groups with the most alerts, what each detection rule matches and costs, and the "
          + "difference to other rules.",
      ""
    },
    footer = {
      "",
      "Example: vigie rules backtest my-rules --against released-rules --input "
          + "aws.cloudtrail=march.json.gz",
      "Alerts are the same where their ids are. Records that are no events are counted; the exit "
          + "code stays 0."
    },
    mixinStandardHelpOptions = true)
final class RulesBacktestCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private enum Format {
    TEXT,
    JSON
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Option(
      names = "--input",
      required = true,
      paramLabel = "SOURCE=FILE",
      description = "A log source and a file of its records; may be given many times.")
  private List<String> inputs = List.of();

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "Rules to compare with, such as those released; may be given many times.")
  private List<Path> against = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "Show the latest N days one by one, and those before as one (default: 7).")
  private int days = 7;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json; text unless told.")
  private Format format = Format.TEXT;

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    if (days < 1) {
      throw new ParameterException(command.commandLine(), "--days must be at least 1");
    }
    List<Input> files = new ArrayList<>();
    for (String input : inputs) {
      files.add(InputOption.input(command, definitions, input));
    }
    Optional<Rules> rules = Rules.readOrExplain(folders, definitions.sources(), err);
    Optional<Rules> before =
        against.isEmpty()
            ? Optional.empty()
            : Rules.readOrExplain(against, definitions.sources(), err);
    if (rules.isEmpty() || (before.isEmpty() && !against.isEmpty())) {
      return VigieCommand.AT_FAULT;
    }
    Backtest backtest =
        Backtest.run(rules.get().pack(), before.map(Rules::pack).orElse(null), files, err::println);
    PrintWriter out = command.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(JSON.writeValueAsString(backtest.json()));
    } else {
      backtest.text(days).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
