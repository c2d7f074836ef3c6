package io.vigie.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.enrichment.EnrichedEvent;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.Origin;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.ingest.Reject;
import io.vigie.rules.Rule;
import io.vigie.rules.RuleExplanation;
import io.vigie.rules.RuleHeader;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.CorrelationPlan;
import io.vigie.yaml.Problems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vigie rules explain}: why an event matches a rule, or does not. */
@Command(
    name = "explain",
    header = "Why an event matches a rule, or does not.",
    description = {
      "Draws a rule's condition, its selections and their items for one raw record, each with a "
          + "✓ where it holds and a ✗ where it does not, and with what the event says. Of a "
          + "correlation each detection rule is drawn.",
      ""
    },
    footer = {
      "",
      "Example: vigie rules explain --event trail.ndjson --line 17 root_console_login",
      "The exit code is 1 where the rule or the record cannot be used, not where the rule does not "
          + "match."
    },
    mixinStandardHelpOptions = true)
final class RulesExplainCommand implements Callable<Integer> {
  private static final int MAX_STANDARD_INPUT = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--event",
      required = true,
      paramLabel = "FILE",
      description = "A file with one JSON value, or one record a line; - is standard input.")
  private String file = "-";

  @Option(
      names = "--line",
      paramLabel = "N",
      description = "The record stands on this line of the file; the first unless told.")
  private @Nullable Integer line;

  @Option(
      names = "--part",
      paramLabel = "N",
      description = "Which event of a record that holds several; the first unless told.",
      defaultValue = "1")
  private int part = 1;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description = "The event's log source; unless told, the rule's that takes the record.")
  private @Nullable String source;

  @Option(
      names = "--rules",
      paramLabel = "DIR",
      description =
          "A folder or file with rules; may be given many times. The rule library unless told.")
  private List<Path> folders = List.of();

  @Parameters(
      arity = "1",
      paramLabel = "RULE",
      description = "A rule's name or id, or a rule file: then each rule of it that alerts.")
  private String rule = "";

  @Mixin private DefinitionsOption definitions = new DefinitionsOption();

  @Mixin private ReferenceOption reference = new ReferenceOption();

  @Override
  public Integer call() throws Exception {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    boolean ruleFile = Files.isRegularFile(Path.of(rule));
    List<Path> read =
        ruleFile
            ? List.of(Path.of(rule))
            : folders.isEmpty()
                ? List.of(Home.folder().resolve("rules").resolve("library"))
                : folders;
    Optional<Rules> rules = Rules.readOrExplain(read, definitions.sources(), err);
    if (rules.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    List<RuleHeader> chosen = ruleFile ? alerting(rules.get().set()) : named(rules.get().set());
    if (chosen.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "there is no rule '" + rule + "'; " + suggestion(rules.get().set()));
    }
    Optional<RawRecord> record = record();
    if (record.isEmpty()) {
      err.println("vigie: '" + file + "' has no record" + (line == null ? "" : " on line " + line));
      return VigieCommand.AT_FAULT;
    }
    Optional<Read> event = event(record.get(), sources(rules.get(), chosen), err);
    if (event.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    Optional<ReferenceOption.Opened> opened =
        reference.openOrExplain(rules.get().pack(), List.of(), err);
    if (opened.isEmpty()) {
      return VigieCommand.AT_FAULT;
    }
    LogSource of = event.get().source();
    Event seen = EnrichedEvent.of(event.get().event(), of, opened.get().reference().enrichers());
    RuleExplanation explanation = new RuleExplanation(rules.get().pack(), rules.get().set());
    PrintWriter out = command.commandLine().getOut();
    for (RuleHeader each : chosen) {
      explanation.of(each, of, seen).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private static List<RuleHeader> alerting(RuleSet rules) {
    List<RuleHeader> alerting = new ArrayList<>();
    rules.correlations().values().stream()
        .filter(CorrelationPlan::alerts)
        .forEach(plan -> alerting.add(plan.rule().header()));
    rules.detections().stream()
        .filter(plan -> plan.alerts())
        .forEach(plan -> alerting.add(plan.rule().header()));
    return alerting;
  }

  private List<RuleHeader> named(RuleSet rules) {
    return rules.headers().values().stream()
        .filter(header -> header.name().equals(rule) || header.id().equals(rule))
        .toList();
  }

  private String suggestion(RuleSet rules) {
    Set<String> names = new TreeSet<>();
    rules.headers().values().forEach(header -> names.add(header.name()));
    return Problems.didYouMean(rule, names);
  }

  /** The source that was named, else those that the rules are about. */
  private List<LogSource> sources(Rules rules, List<RuleHeader> chosen)
      throws DefinitionsOption.Unsound {
    if (source != null) {
      return List.of(definitions.source(source));
    }
    Set<LogSource> sources = new LinkedHashSet<>();
    Set<String> ids = new TreeSet<>();
    chosen.forEach(header -> detections(header.id(), rules.set(), ids));
    rules.set().detections().stream()
        .map(plan -> plan.rule())
        .filter(detection -> ids.contains(detection.header().id()))
        .forEach(detection -> sources.addAll(serving(detection, rules)));
    return List.copyOf(sources);
  }

  private static List<LogSource> serving(Rule.Detection rule, Rules rules) {
    return rules.pack().sources().serving(rule.product(), rule.category(), rule.service());
  }

  private static void detections(String id, RuleSet rules, Set<String> found) {
    CorrelationPlan plan = rules.correlations().get(id);
    if (plan == null) {
      found.add(id);
    } else {
      plan.members().forEach(member -> detections(member, rules, found));
    }
  }

  /** An event and the source that takes it. */
  private record Read(LogSource source, Event event) {}

  private Optional<Read> event(RawRecord record, List<LogSource> sources, PrintWriter err) {
    if (sources.isEmpty()) {
      err.println("vigie: no log source serves the rule; name the event's with --source");
      return Optional.empty();
    }
    Map<LogSource, String> refusals = new LinkedHashMap<>();
    for (LogSource each : sources) {
      List<Event> events = new ArrayList<>();
      List<String> rejects = new ArrayList<>();
      each.decode(
          record,
          decoded -> {
            if (decoded instanceof Reject reject) {
              rejects.add(reject.reason() + ": " + reject.message());
            } else {
              events.add((Event) decoded);
            }
          });
      if (part >= 1 && part <= events.size()) {
        if (events.size() > 1) {
          err.printf(
              "vigie: the record holds %d events, this is number %d (--part)%n",
              events.size(), part);
        }
        return Optional.of(new Read(each, events.get(part - 1)));
      }
      refusals.put(
          each,
          !rejects.isEmpty()
              ? rejects.get(0)
              : "the record holds " + events.size() + " events, not number " + part);
    }
    err.println("vigie: the record is no event of the rule's log source:");
    refusals.forEach((each, why) -> err.println("       " + each + ": " + why));
    if (source == null) {
      err.println("       --source names another one");
    }
    return Optional.empty();
  }

  /** The whole file where it is one JSON value, else one line of it. */
  private Optional<RawRecord> record() throws IOException {
    boolean piped = file.equals("-");
    Path path = piped ? null : InputOption.file(Objects.requireNonNull(spec), file);
    OptionalLong arrival =
        OptionalLong.of(
            path == null ? System.currentTimeMillis() : Files.getLastModifiedTime(path).toMillis());
    byte[] head = {};
    if (line == null || path == null) {
      try (InputStream in = path == null ? System.in : Files.newInputStream(path)) {
        head = in.readNBytes(MAX_STANDARD_INPUT);
      }
    }
    if (line == null && isOneValue(head)) {
      return Optional.of(RawRecord.whole(new Origin(file, 0, 1), head, arrival));
    }
    if (line != null && line < 1) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--line counts from 1");
    }
    try (RecordReader records =
        new RecordReader(
            file, path == null ? new ByteArrayInputStream(head) : Files.newInputStream(path))) {
      for (RawRecord next = records.next(); next != null; next = records.next()) {
        if (line == null || next.origin().position() == line) {
          return Optional.of(RawRecord.whole(next.origin(), next.bytes(), arrival));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOneValue(byte[] bytes) {
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(bytes)) {
      if (!values.hasNextValue()) {
        return false;
      }
      JsonNode first = values.nextValue();
      return first.isContainerNode() && !values.hasNextValue();
    } catch (IOException e) {
      return false;
    }
  }
}
