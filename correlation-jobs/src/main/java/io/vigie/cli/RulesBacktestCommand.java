package io.vigie.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vigie.backtest.Backtest;
import io.vigie.feed.TopicRange;
import io.vigie.ingest.LogSource;
import io.vigie.job.DetectJob.Input;
import io.vigie.yaml.Timespan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
      paramLabel = "SOURCE=FILE",
      description = "A log source and a file of its records; may be given many times.")
  private List<String> inputs = List.of();

  @Option(
      names = "--topic",
      paramLabel = "SOURCE",
      description = "A log source whose topic is read; may be given many times.")
  private List<String> topics = List.of();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      defaultValue = "1d",
      description =
          "Of topics: from this time, such as 2026-03-01T00:00:00Z, or so long ago; ${DEFAULT-VALUE}"
              + " unless told. Times are those at which records came to Kafka.")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "Of topics: before this time; now unless told.")
  private String to = "";

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "Kafka's bootstrap servers; ${DEFAULT-VALUE} unless told.")
  private String bootstrap = "";

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "A property of Kafka's consumer; may be given many times.")
  private Map<String, String> properties = new TreeMap<>();

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

  @Mixin private ReferenceOption reference = new ReferenceOption();

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    if (days < 1) {
      throw new ParameterException(command.commandLine(), "--days must be at least 1");
    }
    if (inputs.isEmpty() && topics.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "vigie rules backtest needs --input SOURCE=FILE or --topic SOURCE");
    }
    List<Input> files = new ArrayList<>();
    for (String input : inputs) {
      files.add(InputOption.input(command, definitions, input));
    }
    Instant start = time(from, "--from");
    Instant end = time(to, "--to");
    List<LogSource> ofTopics = new ArrayList<>();
    for (String source : topics) {
      ofTopics.add(definitions.source(source));
    }
    Optional<Rules> rules = Rules.readOrExplain(folders, definitions.sources(), err);
    Optional<Rules> before =
        against.isEmpty()
            ? Optional.empty()
            : Rules.readOrExplain(against, definitions.sources(), err);
    if (rules.isEmpty() || (before.isEmpty() && !against.isEmpty())) {
      return VigieCommand.AT_FAULT;
    }
    Path folder = Files.createTempDirectory("vigie-backtest");
    try {
      for (LogSource source : ofTopics) {
        files.add(saved(source, new TopicRange(source.topic(), start, end), folder, err));
      }
      Optional<ReferenceOption.Opened> opened = reference.openOrExplain(rules.get(), files, err);
      if (opened.isEmpty()) {
        return VigieCommand.AT_FAULT;
      }
      report(
          Backtest.run(
              rules.get().pack(),
              before.map(Rules::pack).orElse(null),
              opened.get().handle(),
              files,
              err::println));
    } finally {
      for (LogSource source : ofTopics) {
        Files.deleteIfExists(folder.resolve(source.id()));
      }
      Files.delete(folder);
    }
    return 0;
  }

  private Input saved(LogSource source, TopicRange range, Path folder, PrintWriter err)
      throws IOException {
    Path file = folder.resolve(source.id());
    TopicRange.Saved saved =
        range.save(
            bootstrap,
            properties,
            file,
            written -> err.println(range.topic() + ": " + written + " records read"));
    err.printf(
        "%s: %d records between %s and %s%n",
        range.topic(), saved.written(), range.from(), range.to());
    if (saved.leftOut() > 0) {
      err.printf("%s: %d gzip records were left out%n", range.topic(), saved.leftOut());
    }
    return new Input(source.id(), range.topic(), file);
  }

  private Instant time(String written, String option) {
    Optional<Duration> ago = Timespan.parse(written);
    if (ago.isPresent()) {
      return Instant.now().minus(ago.get());
    }
    try {
      return Instant.parse(written);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          option + " is a time such as 2026-03-01T00:00:00Z, or a span such as 7d, not " + written);
    }
  }

  private void report(Backtest backtest) throws JsonProcessingException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (format == Format.JSON) {
      out.println(JSON.writeValueAsString(backtest.json()));
    } else {
      backtest.text(days).forEach(out::println);
    }
    out.flush();
  }
}
