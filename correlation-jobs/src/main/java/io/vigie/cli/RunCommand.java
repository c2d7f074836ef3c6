package io.vigie.cli;

import io.vigie.job.JobConfig;
import io.vigie.job.LocalFlink;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vigie run}: the job against real Kafka and Elasticsearch. */
@Command(
    name = "run",
    header = "The job against Kafka and Elasticsearch.",
    description = {
      "Runs the job on this machine against Kafka and Elasticsearch. It goes on from the newest "
          + "checkpoint in the folder that the configuration names; without one it reads all that "
          + "Kafka holds. On a Flink cluster, flink run takes the same job:",
      "  flink run correlation-jobs/target/vigie-job.jar --config vigie.yaml",
      ""
    },
    footer = {
      "",
      "The least that the configuration must say:",
      "  kafka: {bootstrap: localhost:9092}",
      "  elasticsearch: {url: http://localhost:9200}",
      "  sources: [aws.cloudtrail]",
      "  rules: [rules/library]",
      "  checkpoints: {folder: /var/lib/vigie/checkpoints}",
      "Also: definitions (folders that define log sources of your own), kafka.properties, elasticsearch.user, .password-file (or the environment variable "
          + "VIGIE_ELASTICSEARCH_PASSWORD), .certificates, checkpoints.interval, topics.alerts, "
          + "topics.dead-letters, topics.rules, silence, shadow, budgets. README.md explains them."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "vigie.yaml")
  private Path config = Path.of("vigie.yaml");

  @Option(
      names = "--until-end",
      description =
          "Read all that the topics hold now, decide everything as if no more would come, and end."
              + " Neither uses nor makes checkpoints. For back-fills.")
  private boolean untilEnd;

  @Option(
      names = "--web-port",
      paramLabel = "PORT",
      description = "Of Flink's page on loopback; a free one unless told.")
  private int webPort;

  @Override
  public Integer call() throws Exception {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    Problems problems = new Problems();
    Optional<JobConfig> read = JobConfig.read(config, problems);
    for (Problem problem : problems.all()) {
      err.println(problem);
    }
    if (read.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    JobConfig job = read.get().withUntilEnd(untilEnd);
    Optional<Rules> rules = Rules.readOrExplain(job.rules(), job.logSources(), err);
    if (rules.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    GeoHint.print(
        rules.get().set(), job.reference().city() != null, job.reference().asn() != null, err);
    err.println(
        "vigie: Kafka at " + job.bootstrap() + ", Elasticsearch at " + job.elasticsearch().url());
    err.flush();
    try (LocalFlink flink = LocalFlink.start(job, rules.get().pack(), webPort)) {
      err.println(
          flink
              .restoredFrom()
              .map(checkpoint -> "vigie: goes on from checkpoint " + checkpoint)
              .orElse("vigie: no checkpoint, reads all that Kafka holds"));
      err.println("vigie: runs; Flink's page is " + flink.webAddress());
      err.flush();
      flink.await();
    }
    err.println("vigie: read everything up to the end");
    return 0;
  }
}
