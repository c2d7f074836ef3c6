package io.vigie.cli;

import io.vigie.job.JobConfig;
import io.vigie.release.Publication;
import io.vigie.release.Release;
import io.vigie.release.RuleChanges;
import io.vigie.release.RuleChanges.Change;
import io.vigie.release.RuleChanges.Kind;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Shown;
import io.vigie.yaml.Timespan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules publish}: rules for the job that runs. */
@Command(
    name = "publish",
    header = "Rules for the job that runs.",
    description = {
      "Checks rules as vigie rules lint and vigie rules test do, and releases them to the topic "
          + "from which the running job takes its rules. They replace all rules from an event time "
          + "on; a rule that stays as it was keeps its state. Prints which rules are added, changed "
          + "and removed. Where anything is at fault nothing is sent.",
      ""
    },
    footer = {
      "",
      "Example: vigie rules publish my-rules --config vigie.yaml --version 2026-03-01",
      "To go back, publish the former rules again: --again with their number, which vigie rules "
          + "releases tells."
    })
final class RulesPublishCommand implements Callable<Integer> {
  /** Before the first event that it decides, every process of the job is to know a release. */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  /** No release can decide before the one before it does. */
  private static final Duration FARTHEST = Duration.ofDays(7);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "DIR", description = "Folders or files with rules.")
  private List<Path> folders = List.of();

  @Mixin private @Nullable ConfigOption config;

  @Option(
      names = "--version",
      paramLabel = "TEXT",
      description = "What you call these rules, such as a date or a commit.")
  private String version = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "The event time from which they decide, such as 2026-03-01T00:00:00Z or now+10m "
              + "(default: now+30s).")
  private String from = "";

  @Option(
      names = "--again",
      paramLabel = "NUMBER",
      description = "Instead of DIR: the rules of a former release.")
  private @Nullable Integer again;

  @Option(names = "--dry-run", description = "Say what would change, and send nothing.")
  private boolean dryRun;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli asks for it; --version means something else here
  private boolean help;

  @Override
  public Integer call() throws Exception {
    if (folders.isEmpty() == (again == null)) {
      throw wrong("vigie rules publish needs either DIR or --again NUMBER");
    }
    if (!Publication.isVersion(version)) {
      throw wrong(
          "--version is at most "
              + Publication.MAX_VERSION
              + " characters, and none that cannot be seen");
    }
    UnaryOperator<Instant> begin = begin();
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    Optional<JobConfig> read = Objects.requireNonNull(config).readOrExplain(err);
    boolean published = read.isPresent() && publish(read.get(), begin, err);
    if (!published) {
      err.println("vigie: nothing was published");
    }
    return published ? 0 : VigieCommand.AT_FAULT;
  }

  /** False where something is at fault, which has been told. */
  private boolean publish(JobConfig job, UnaryOperator<Instant> begin, PrintWriter err)
      throws InterruptedException {
    if (again == null) {
      Rules rules = Rules.read(folders, job.logSources());
      RuleChecks checks = new RuleChecks(rules, err);
      // Both, so that an author learns of everything at once.
      boolean readable = checks.lint();
      if (!checks.test() || !readable) {
        return false;
      }
      try (PublishedRules published = PublishedRules.open(job, err)) {
        return replace(published, rules.pack(), version, begin, err);
      }
    }
    try (PublishedRules published = PublishedRules.open(job, err)) {
      Optional<Publication> former = published.former(again);
      if (former.isEmpty()) {
        return false;
      }
      Publication said = former.get();
      RulePack pack = new RulePack(said.files(), job.logSources());
      // Its tests were passed, and may need files that are not here.
      return new RuleChecks(Rules.of(pack, new Problems()), err).lint()
          && replace(published, pack, version.isEmpty() ? said.version() : version, begin, err);
    }
  }

  private boolean replace(
      PublishedRules published,
      RulePack pack,
      String name,
      UnaryOperator<Instant> begin,
      PrintWriter err)
      throws InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Release before = published.newest();
    RuleChanges changes = RuleChanges.between(before.pack(), pack);
    print(changes, before, out);
    if (changes.all().isEmpty() && before.number() > 0) {
      out.println("nothing to publish: release " + before.number() + " has these rules");
      out.flush();
      return true;
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Publication publication = new Publication(name, begin.apply(now), now, pack.files());
    if (!isFit(publication, before, err)) {
      return false;
    }
    if (dryRun) {
      out.printf(
          "release %d would decide from %s; nothing was sent%n",
          before.number() + 1, publication.from());
    } else {
      Release release = published.publish(publication);
      out.printf(
          "release %d decides from %s%n", release.number(), Instant.ofEpochMilli(release.from()));
    }
    out.flush();
    return true;
  }

  private static void print(RuleChanges changes, Release before, PrintWriter out) {
    for (Change change : changes.all()) {
      out.printf(
          "%-8s %s%s%n",
          change.kind().word(),
          Shown.text(change.id()),
          change.title().isEmpty() ? "" : "  " + Shown.text(change.title()));
    }
    out.printf(
        "against %s: %d added, %d changed, %d removed, %d unchanged%n",
        before.number() == 0 ? "the rules of the configuration" : "release " + before.number(),
        changes.count(Kind.ADDED),
        changes.count(Kind.CHANGED),
        changes.count(Kind.REMOVED),
        changes.unchanged());
    out.flush();
  }

  private static boolean isFit(Publication publication, Release before, PrintWriter err) {
    Optional<String> unfit = publication.unfit();
    unfit.ifPresent(why -> err.println("vigie: " + why));
    boolean inOrder = publication.from().toEpochMilli() > before.from();
    if (!inOrder) {
      err.printf(
          "vigie: release %d decides from %s, and none after it can decide before that; give --from a later time%n",
          before.number(), Instant.ofEpochMilli(before.from()));
    }
    if (publication.from().isBefore(publication.published())) {
      err.println(
          "vigie: --from lies in the past: what is decided already stays, and would be decided"
              + " otherwise if the events were read again");
    }
    return unfit.isEmpty() && inOrder;
  }

  private UnaryOperator<Instant> begin() {
    UnaryOperator<Instant> begin = now -> now.plus(AHEAD);
    if (from.startsWith("now")) {
      String ahead = from.substring("now".length());
      Optional<Duration> span =
          ahead.isEmpty()
              ? Optional.of(Duration.ZERO)
              : Optional.of(ahead)
                  .filter(text -> text.startsWith("+"))
                  .flatMap(text -> Timespan.parse(text.substring(1)));
      Duration found = span.orElseThrow(this::noTime);
      begin = now -> now.plus(found);
    } else if (!from.isEmpty()) {
      Instant time = instant();
      begin = now -> time;
    }
    Instant now = Instant.now();
    if (begin.apply(now).isAfter(now.plus(FARTHEST))) {
      throw wrong(
          "--from is at most "
              + Timespan.text(FARTHEST)
              + " ahead, because no later release can decide before this one");
    }
    return begin;
  }

  private Instant instant() {
    try {
      return Instant.parse(from).truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeParseException e) {
      throw noTime();
    }
  }

  private ParameterException noTime() {
    return wrong("--from is a time such as 2026-03-01T00:00:00Z, or now+30s, not " + from);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
