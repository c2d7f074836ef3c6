package io.vigie.cli;

import io.vigie.enrichment.Reference;
import io.vigie.enrichment.Tables;
import io.vigie.job.DetectJob;
import io.vigie.reference.FilesReference;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --reference}, {@code --geo-city}, {@code --geo-asn}: what events are enriched with. */
final class ReferenceOption {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--reference",
      paramLabel = "TABLE=FILE",
      description =
          "A table of reference data, such as assets=assets.csv; see enrichment/README.md. May be"
              + " given many times.")
  private List<String> tables = List.of();

  @Option(
      names = "--geo-city",
      paramLabel = "FILE",
      description = "A MaxMind database of places, such as GeoLite2-City.mmdb.")
  private @Nullable Path city;

  @Option(
      names = "--geo-asn",
      paramLabel = "FILE",
      description = "A MaxMind database of autonomous systems, such as GeoLite2-ASN.mmdb.")
  private @Nullable Path asn;

  /**
   * Reference data, and where it is found.
   *
   * @param reference is to be held until the run has ended, so that all share it
   */
  record Opened(FilesReference handle, Reference reference) {}

  /** Opens it; empty, and all that is wrong with its files is printed, where it is not fit. */
  Optional<Opened> openOrExplain(Rules rules, List<DetectJob.Input> inputs, PrintWriter err) {
    GeoHint.print(rules.set(), city != null, asn != null, err);
    return openOrExplain(rules.pack(), inputs, err);
  }

  /** The same, where there are no rules. */
  Optional<Opened> openOrExplain(RulePack pack, List<DetectJob.Input> inputs, PrintWriter err) {
    CommandSpec command = Objects.requireNonNull(spec);
    Map<String, Path> files = new TreeMap<>();
    for (String written : tables) {
      int equals = written.indexOf('=');
      if (equals <= 0) {
        throw new ParameterException(
            command.commandLine(),
            "--reference needs TABLE=FILE, for example assets=assets.csv; not '" + written + "'");
      }
      String table = written.substring(0, equals);
      if (Tables.named(table).isEmpty()) {
        throw new ParameterException(
            command.commandLine(),
            "there is no table '" + table + "'; " + Tables.suggestionFor(table));
      }
      files.put(table, InputOption.file(command, written.substring(equals + 1)));
    }
    FilesReference handle = DetectJob.reference(pack, inputs, files, city, asn);
    Problems problems = new Problems();
    Reference reference = handle.open(problems);
    for (Problem problem : problems.all()) {
      err.println(problem);
    }
    err.flush();
    return problems.hasErrors() ? Optional.empty() : Optional.of(new Opened(handle, reference));
  }
}
