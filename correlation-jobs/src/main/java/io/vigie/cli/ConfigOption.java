package io.vigie.cli;

import io.vigie.job.JobConfig;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --config}: the job that a command is about. */
final class ConfigOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "vigie.yaml, the configuration of the job.")
  private Path file = Path.of("vigie.yaml");

  /** The configuration; empty, and all that is wrong with it is printed, where it is not fit. */
  Optional<JobConfig> readOrExplain(PrintWriter err) {
    Problems problems = new Problems();
    Optional<JobConfig> read = JobConfig.read(file, problems);
    for (Problem problem : problems.all()) {
      err.println(problem);
    }
    return read;
  }
}
