package io.vigie.cli;

import io.vigie.rules.lint.RuleDescription;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules show}: a rule as the engine understands it. */
@Command(
    name = "show",
    header = "A rule as the engine understands it.",
    description = {
      "Shows a rule as the engine understands it, and the rules that it names: the log sources "
          + "that it reads, the tests of an event as a tree, where the fields come from, what a "
          + "correlation waits for and keeps, and the EPL that decides it.",
      ""
    },
    footer = {"", "Example: vigie rules show console_password_guessed"},
    mixinStandardHelpOptions = true)
final class RulesShowCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RULE", description = "The rule's id or name.")
  private String rule = "";

  @Option(
      names = "--rules",
      paramLabel = "DIR",
      description =
          "A folder or file with rules; may be given many times (default: the rule library).")
  private List<Path> folders = List.of();

  @Mixin private @Nullable DefinitionsOption definitions;

  @Override
  public Integer call() throws DefinitionsOption.Unsound {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    List<Path> read =
        folders.isEmpty() ? List.of(Home.folder().resolve("rules").resolve("library")) : folders;
    Rules rules = Rules.read(read, Objects.requireNonNull(definitions).sources());
    RuleDescription descriptions = new RuleDescription(rules.pack(), rules.set());
    Optional<String> description = descriptions.of(rule);
    if (description.isEmpty()) {
      rules.problems().errors().stream()
          .map(Problem::toString)
          .forEach(commandLine.getErr()::println);
      String near = Problems.didYouMean(rule, descriptions.known());
      throw new ParameterException(
          commandLine,
          "no rule in "
              + read
              + " has the id or name '"
              + rule
              + "'"
              + (near.isEmpty() ? "" : "; " + near));
    }
    commandLine.getOut().print(description.get());
    commandLine.getOut().flush();
    return 0;
  }
}
