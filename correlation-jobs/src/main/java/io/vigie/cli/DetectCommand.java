package io.vigie.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.correlation.MatchRouter;
import io.vigie.enrichment.Reference;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.ingest.Reject;
import io.vigie.job.DetectJob;
import io.vigie.job.DetectJob.Input;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RuleSet.DetectionPlan;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vigie detect}: rules over files. */
@Command(
    name = "detect",
    header = "Rules over files.",
    description = {
      "Runs rules over files, without Kafka and Elasticsearch: the same operators as "
          + "the job. Prints one alert a line, an ECS document, sorted by @timestamp and "
          + "id. The order of the input never changes the output; its size may be any.",
      ""
    },
    footer = {
      "",
      "Example: vigie detect --rules rules/library --input " + "aws.cloudtrail=trail.json.gz",
      "A record that is no event is told as FILE:LINE: CODE: message on standard "
          + "error, and the exit code is 1."
    },
    mixinStandardHelpOptions = true)
final class DetectCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rules",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders or files with rules.")
  private List<Path> rules = List.of();

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "SOURCE=FILE",
      description =
          "A log source and a file of its records, one a line or in the source's own envelope,"
              + " plain or gzip. May be given many times.")
  private List<String> inputs = List.of();

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Mixin private ReferenceOption reference = new ReferenceOption();

  @Option(names = "--output", paramLabel = "FILE", description = "Write there, not to the screen.")
  private @Nullable Path output;

  @Option(
      names = "--matches",
      description =
          "Print one line for each record that a detection rule matches, in input order, instead of"
              + " alerts.")
  private boolean matches;

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    List<Input> files = new ArrayList<>();
    for (String input : inputs) {
      files.add(InputOption.input(command, definitions, input));
    }
    Optional<Rules> read = Rules.readOrExplain(rules, definitions.sources(), err);
    Optional<ReferenceOption.Opened> opened =
        read.flatMap(rules -> reference.openOrExplain(rules, files, err));
    if (read.isEmpty() || opened.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    AtomicLong rejects = new AtomicLong();
    AtomicLong told = new AtomicLong();
    try (PrintStream out = new PrintStream(out(), false, StandardCharsets.UTF_8)) {
      if (matches) {
        printMatches(read.get(), opened.get().reference(), files, out, err, rejects);
      } else {
        DetectJob.run(
            read.get().pack(),
            opened.get().handle(),
            files,
            line -> out.append(line).append('\n'),
            line -> {
              err.println(line);
              rejects.incrementAndGet();
            },
            events -> {
              if (told.getAndSet(events) != events) {
                err.printf("vigie: %,d events read%n", events);
                err.flush();
              }
            });
      }
    }
    err.flush();
    return rejects.get() == 0 ? 0 : VigieCommand.AT_FAULT;
  }

  private OutputStream out() throws IOException {
    return new BufferedOutputStream(
        output == null ? new FileOutputStream(FileDescriptor.out) : Files.newOutputStream(output));
  }

  private static void printMatches(
      Rules rules,
      Reference reference,
      List<Input> files,
      PrintStream out,
      PrintWriter err,
      AtomicLong rejects)
      throws IOException {
    for (Input file : files) {
      LogSource source = rules.pack().sources().byId(file.source()).orElseThrow();
      RuleMatcher matcher =
          new RuleMatcher(source, rules.set(), MatchRouter.asOfNow(reference.enrichers()));
      try (RecordReader reader =
          new RecordReader(
              file.name(),
              Files.newInputStream(file.path()),
              source,
              OptionalLong.of(file.arrival()))) {
        for (RawRecord record = reader.next(); record != null; record = reader.next()) {
          matcher
              .source()
              .decode(record, decoded -> printMatches(decoded, matcher, out, err, rejects));
        }
      }
    }
  }

  private static void printMatches(
      Decoded decoded, RuleMatcher matcher, PrintStream out, PrintWriter err, AtomicLong rejects) {
    if (decoded instanceof Reject reject) {
      err.println(DetectJob.line(reject));
      rejects.incrementAndGet();
      return;
    }
    Event event = (Event) decoded;
    for (DetectionPlan matched : matcher.match(event).rules()) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.putObject("rule").put("id", matched.rule().header().id());
      line.put("source", event.source());
      line.put("file", event.origin().name());
      line.put("line", event.origin().position());
      out.append(line.toString()).append('\n');
    }
  }
}
