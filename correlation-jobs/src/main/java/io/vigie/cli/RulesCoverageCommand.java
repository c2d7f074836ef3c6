package io.vigie.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vigie.alert.AttackCoverage;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules coverage}: MITRE ATT&amp;CK as the rules know it. */
@Command(
    name = "coverage",
    header = "What of MITRE ATT&CK the rules alert on.",
    description = {
      "Counts the rules that alert by ATT&CK tactic and log source, and names those that say no "
          + "technique. A rule that only a correlation uses does not count.",
      ""
    },
    footer = {
      "",
      "Example: vigie rules coverage rules/library --output layer.json",
      "The layer is for https://mitre-attack.github.io/attack-navigator (Open Existing Layer)."
    },
    mixinStandardHelpOptions = true)
final class RulesCoverageCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write a layer for the ATT&CK Navigator there.")
  private @Nullable Path output;

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Override
  public Integer call() throws DefinitionsOption.Unsound, IOException {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    LogSources sources = definitions.sources();
    Optional<Rules> rules = Rules.readOrExplain(folders, sources, err);
    if (rules.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    AttackCoverage coverage =
        new AttackCoverage(
            rules.get().set(),
            rule ->
                sources.serving(rule.product(), rule.category(), rule.service()).stream()
                    .map(LogSource::id)
                    .toList());
    coverage.table().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    if (output != null) {
      Files.write(output, JSON.writeValueAsBytes(coverage.layer("Vigie")));
      err.println("vigie: the layer is in " + output);
    }
    return 0;
  }
}
