package io.vigie.cli;

import io.vigie.feed.KafkaFeed;
import io.vigie.ingest.LogSource;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie feed}: records from files into a source's topic. */
@Command(
    name = "feed",
    header = "Records from files into a log source's topic.",
    description = {
      "Sends the records of files to their log source's topic: plain or gzip, one a "
          + "line or in the source's own envelope (a CloudTrail file with Records[] becomes "
          + "one Kafka record an event). What is no event is sent as it is, for the job to "
          + "put into the dead-letter topic.",
      ""
    },
    footer = {
      "",
      "Example: vigie feed --bootstrap localhost:9092 --source aws.cloudtrail " + "trail.json.gz"
    },
    mixinStandardHelpOptions = true)
final class FeedCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "Kafka's bootstrap servers; ${DEFAULT-VALUE} unless told.")
  private String bootstrap = "";

  @Option(names = "--source", required = true, paramLabel = "SOURCE", description = "Log source.")
  private String source = "";

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "A property of Kafka's producer; may be given many times.")
  private Map<String, String> properties = new TreeMap<>();

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of raw records.")
  private List<String> files = List.of();

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    LogSource logSource = definitions.source(source);
    for (String file : files) {
      InputOption.file(command, file);
    }
    long sent = 0;
    try (KafkaFeed feed = new KafkaFeed(bootstrap, properties)) {
      for (String file : files) {
        long ofFile = feed.send(logSource, file, Files.newInputStream(Path.of(file)));
        sent += ofFile;
        err.println(file + ": " + ofFile + " records");
      }
    }
    err.println("sent " + sent + " records to topic " + logSource.topic() + " at " + bootstrap);
    return 0;
  }
}
