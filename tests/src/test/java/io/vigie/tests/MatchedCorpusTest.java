package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.LogSources;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import io.vigie.rules.RuleSet.DetectionPlan;
import io.vigie.rules.detection.EventView;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The index finds, of published rules and real records, what testing each rule finds. */
class MatchedCorpusTest {

  @Test
  void theIndexAgreesWithTestingEachPublishedRuleOnRealRecords() throws IOException {
    Path sigma = corpus("sigma");
    RuleSet rules =
        RuleSet.of(
            RulePack.read(List.of(sigma), LogSources.builtIn(), new Problems()), new Problems());
    int matches = 0;
    for (LogSource source : LogSources.builtIn().all()) {
      Path folder = corpus("README.md").resolveSibling(source.id());
      if (Files.isDirectory(folder)) {
        matches += agreeing(source, rules, folder);
      }
    }
    matches +=
        agreeing(
            LogSources.builtIn().byId("aws.cloudtrail").orElseThrow(),
            rules,
            corpus("invictus/cloudtrail.ndjson"));

    assertThat(matches).isPositive();
  }

  private static Path corpus(String path) {
    assumeTrue(
        Project.corpus(path).isPresent(), "no corpus with published rules: set VIGIE_CORPUS");
    return Project.corpus(path).orElseThrow();
  }

  private static int agreeing(LogSource source, RuleSet rules, Path records) throws IOException {
    RuleMatcher matcher = new RuleMatcher(source, rules);
    List<DetectionPlan> served =
        rules.detections().stream()
            .filter(
                plan ->
                    source.serves(
                        plan.rule().product(), plan.rule().category(), plan.rule().service()))
            .toList();
    EventView.Factory views = EventView.of(source, rules.fields());
    int matches = 0;
    for (RawRecord record : records(records)) {
      List<Event> events = events(source, record);
      List<Event> focused = events(matcher.source(), record);
      assertThat(focused).hasSameSizeAs(events);
      for (int i = 0; i < events.size(); i++) {
        EventView view = views.of(events.get(i));
        List<DetectionPlan> direct =
            served.stream().filter(plan -> plan.rule().predicate().test(view)).toList();
        assertThat(matcher.match(focused.get(i)).rules()).as("%s", events.get(i)).isEqualTo(direct);
        matches += direct.size();
      }
    }
    return matches;
  }

  private static List<Event> events(LogSource source, RawRecord record) {
    List<Decoded> decoded = new ArrayList<>();
    source.decode(record, decoded::add);
    return decoded.stream().filter(Event.class::isInstance).map(Event.class::cast).toList();
  }

  private static List<RawRecord> records(Path path) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(path)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    List<RawRecord> records = new ArrayList<>();
    for (Path file : files) {
      try (RecordReader reader = new RecordReader(file.toString(), Files.newInputStream(file))) {
        for (RawRecord record = reader.next(); record != null; record = reader.next()) {
          records.add(record);
        }
      }
    }
    return records;
  }
}
