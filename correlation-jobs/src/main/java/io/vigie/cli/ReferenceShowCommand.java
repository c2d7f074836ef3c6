package io.vigie.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.Tables;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.TableDefinition;
import io.vigie.job.JobConfig;
import io.vigie.job.KafkaProperties;
import io.vigie.reference.KafkaTables;
import io.vigie.reference.TableTopics;
import io.vigie.topic.TopicClients;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie reference show}: what the tables hold. */
@Command(
    name = "show",
    header = "What the tables hold.",
    description = {
      "Lists the tables that lie in Kafka; or the rows of one as JSON, one a line; or those under a"
          + " key or with an id. Of a table of networks the key is an address.",
      ""
    },
    footer = {
      "",
      "Example: vigie reference show network-zones 10.1.2.3 --config vigie.yaml",
      "The exit code is 1 where nothing stands under the key."
    },
    mixinStandardHelpOptions = true)
final class ReferenceShowCommand implements Callable<Integer> {
  private static final String LINE = "%-20s %12s %10s  %s%n";

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "TABLE", description = "Such as assets.")
  private @Nullable String table;

  @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "A key or an id.")
  private @Nullable String key;

  @Mixin private @Nullable ConfigOption config;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many rows (default: 20).")
  private int limit = 20;

  /** The table that somebody named. */
  static TableDefinition table(CommandSpec command, String name) {
    return Tables.named(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    command.commandLine(),
                    "there is no table '" + name + "'; " + Tables.suggestionFor(name)));
  }

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    List<TableDefinition> asked = table == null ? Tables.ALL : List.of(table(command, table));
    PrintWriter err = command.commandLine().getErr();
    PrintWriter out = command.commandLine().getOut();
    Optional<JobConfig> read = Objects.requireNonNull(config).readOrExplain(err);
    if (read.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    JobConfig job = read.get();
    asked.stream()
        .filter(each -> job.reference().files().containsKey(each.name()))
        .forEach(
            each ->
                err.printf(
                    "vigie: the job reads %s from %s%n",
                    each.name(), job.reference().files().get(each.name())));
    KafkaTables tables =
        KafkaTables.follow(
            new TableTopics(job.reference().topics()),
            asked,
            new TopicClients(() -> KafkaProperties.resolved(job)));
    tables.readToEnd();
    err.flush();
    boolean found = true;
    if (table == null) {
      list(tables, out);
    } else if (key == null) {
      rows(tables.all(asked.get(0)), out, err);
    } else {
      found = row(asked.get(0), tables.all(asked.get(0)), key, out, err);
    }
    out.flush();
    err.flush();
    return found ? 0 : VigieCommand.AT_FAULT;
  }

  private static void list(KafkaTables tables, PrintWriter out) {
    out.printf(LINE, "table", "rows", "memory", "version");
    for (TableDefinition definition : Tables.ALL) {
      PackedTable all = tables.all(definition);
      String version = all.version(AsOf.time(0));
      out.printf(
          LINE,
          definition.name(),
          String.format(Locale.ROOT, "%,d", all.size()),
          String.format(Locale.ROOT, "%,d MB", (all.bytes() + (1 << 20) - 1) >> 20),
          definition.fillsFromEvents() ? "fills from events" : version.isEmpty() ? "-" : version);
    }
  }

  private void rows(PackedTable all, PrintWriter out, PrintWriter err) {
    int[] shown = {0};
    all.forEach(
        row -> {
          if (shown[0]++ < limit) {
            out.println(row.row());
          }
        });
    if (shown[0] > limit) {
      err.printf(Locale.ROOT, "vigie: and %,d more; --limit N shows them%n", shown[0] - limit);
    }
  }

  private static boolean row(
      TableDefinition definition, PackedTable all, String key, PrintWriter out, PrintWriter err) {
    AsOf now = AsOf.time(System.currentTimeMillis());
    Set<ObjectNode> rows = new LinkedHashSet<>();
    all.row(key).ifPresent(row -> rows.add(row.row()));
    rows.addAll(
        definition.byNetwork()
            ? all.containing(key, now)
            : all.at(key.strip().toLowerCase(Locale.ROOT), now));
    rows.addAll(definition.byNetwork() ? List.of() : all.at(key, now));
    rows.forEach(out::println);
    if (rows.isEmpty()) {
      err.println("vigie: nothing stands under '" + key + "' in " + definition.name());
    }
    return !rows.isEmpty();
  }
}
