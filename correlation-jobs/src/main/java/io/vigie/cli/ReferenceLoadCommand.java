package io.vigie.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.enrichment.table.TableFile;
import io.vigie.job.JobConfig;
import io.vigie.job.KafkaProperties;
import io.vigie.reference.TableLoader;
import io.vigie.reference.TableLoader.Difference;
import io.vigie.reference.TableTopics;
import io.vigie.topic.TopicClients;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie reference load}: a table for the job that runs. */
@Command(
    name = "load",
    header = "Loads a table for the job that runs.",
    description = {
      "Makes a table what the file says: sends the rows that are new or changed and takes those"
          + " away that are missing. All takes effect at once, for events that arrive from 10"
          + " seconds later on; the first load of a table for those that have arrived too.",
      ""
    },
    footer = {
      "",
      "Example: vigie reference load assets assets.csv --config vigie.yaml",
      "Each bad row is told, and left out. Where more than --max-bad percent are bad nothing is"
          + " sent, the table stays as it is, and the exit code is 1. Several feeds may share a"
          + " table: --only source=FEED replaces the rows of one."
    },
    mixinStandardHelpOptions = true)
final class ReferenceLoadCommand implements Callable<Integer> {
  private static final int PROGRESS = 100_000;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "TABLE", description = "Such as assets.")
  private String table = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "CSV with a header line, or one JSON object a line; for indicators also STIX 2.1, a MISP"
              + " export or a plain list. Plain or gzip.")
  private String file = "";

  @Mixin private @Nullable ConfigOption config;

  @Option(
      names = "--max-bad",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description = "Send nothing if more rows than that are bad (default: 5).")
  private double maxBad = 5;

  @Option(names = "--keep", description = "Take no row away that the file does not have.")
  private boolean keep;

  @Option(
      names = "--only",
      paramLabel = "COLUMN=VALUE",
      description = "Take only rows away that have this value, such as source=abuse.ch.")
  private String only = "";

  @Option(
      names = "--from",
      paramLabel = "always|now",
      description =
          "For which events it counts: those that have arrived too, or only those that arrive from"
              + " now on. A replay of events that had arrived is enriched otherwise then.")
  private @Nullable From from;

  @Option(names = "--dry-run", description = "Say what would change, and send nothing.")
  private boolean dryRun;

  /** For which events a load counts. */
  enum From {
    ALWAYS,
    NOW
  }

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    TableDefinition definition = ReferenceShowCommand.table(command, table);
    Path path = InputOption.file(command, file);
    Predicate<ObjectNode> replaces = replaces(command, definition);
    Optional<JobConfig> job = Objects.requireNonNull(config).readOrExplain(err);
    if (job.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    if (job.get().reference().files().containsKey(table)) {
      err.println(
          "vigie: the job reads "
              + table
              + " from "
              + job.get().reference().files().get(table)
              + ", as the configuration says, and not from its topic");
      return VigieCommand.AT_FAULT;
    }
    Optional<PackedTable> wanted = read(definition, path, err);
    if (wanted.isEmpty()) {
      err.println("vigie: nothing was sent, the table stays as it is");
      err.flush();
      return VigieCommand.AT_FAULT;
    }
    send(job.get(), definition, wanted.get(), replaces, err);
    return 0;
  }

  private Predicate<ObjectNode> replaces(CommandSpec command, TableDefinition definition) {
    if (only.isEmpty()) {
      return row -> !keep;
    }
    int equals = only.indexOf('=');
    String column = equals < 0 ? only : only.substring(0, equals);
    if (equals < 0 || !definition.columns().contains(column)) {
      throw new ParameterException(
          command.commandLine(),
          "--only needs COLUMN=VALUE with a column of "
              + table
              + ", such as source=abuse.ch; not '"
              + only
              + "'");
    }
    String value = only.substring(equals + 1);
    return row -> !keep && row.path(column).asText().equals(value);
  }

  /** Empty where the file is not fit, which has been told. */
  private Optional<PackedTable> read(TableDefinition definition, Path path, PrintWriter err) {
    Problems problems = new Problems();
    PackedTable wanted = new PackedTable(definition);
    PackedTable.Load load = wanted.load();
    TableFile.Result result = TableFile.read(path, definition, load::put, problems);
    load.commit(Long.MIN_VALUE, "wanted");
    for (Problem problem : problems.all()) {
      err.println(problem);
    }
    err.printf(
        Locale.ROOT,
        "%s: %,d rows, %,d bad, %,d left out%n",
        path,
        result.good(),
        result.bad(),
        result.leftOut());
    if (!result.isWhole()) {
      return Optional.empty();
    }
    if (result.isBrokenBeyond(maxBad / 100)) {
      err.printf(
          Locale.ROOT,
          "vigie: more than %s %% of the rows are bad; mend them, or allow more with --max-bad%n",
          maxBad);
      return Optional.empty();
    }
    return result.good() == 0 ? Optional.empty() : Optional.of(wanted);
  }

  private void send(
      JobConfig job,
      TableDefinition definition,
      PackedTable wanted,
      Predicate<ObjectNode> replaces,
      PrintWriter err) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    TableTopics topics = new TableTopics(job.reference().topics());
    TopicClients clients = new TopicClients(() -> KafkaProperties.resolved(job));
    TableLoader loader = TableLoader.open(topics, definition, clients);
    loader
        .otherSettings()
        .forEach(other -> err.println("vigie: topic " + topics.of(definition) + ": " + other));
    Difference difference = loader.difference(wanted, replaces);
    out.printf(
        Locale.ROOT,
        "%s: %,d added, %,d changed, %,d removed, %,d unchanged%n",
        table,
        difference.added(),
        difference.changed(),
        difference.removed(),
        difference.unchanged());
    if (difference.isEmpty()) {
      out.println("nothing to load: the table is so, " + loader.now().version(AsOf.time(0)));
    } else if (dryRun) {
      out.println("nothing was sent");
    } else {
      boolean always = from == null ? loader.isNew() : from == From.ALWAYS;
      String version =
          loader.send(
              wanted,
              replaces,
              always,
              sent -> {
                if (sent % PROGRESS == 0) {
                  err.printf(Locale.ROOT, "vigie: %,d rows sent%n", sent);
                  err.flush();
                }
              });
      out.println(
          "version "
              + version
              + (always ? ", for all events" : ", for events that arrive from then on"));
    }
    err.flush();
    out.flush();
  }
}
