package io.vigie.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.ingest.LogSources;
import io.vigie.job.DetectJob;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a bounded run over files says. */
record Detection(List<String> lines, List<String> rejects) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Detection of(Path rules, Path... files) throws Exception {
    return of(LogSources.builtIn(), "aws.cloudtrail", rules, files);
  }

  static Detection of(LogSources sources, String source, Path rules, Path... files)
      throws Exception {
    List<DetectJob.Input> inputs = new ArrayList<>();
    for (Path file : files) {
      inputs.add(new DetectJob.Input(source, file.getFileName().toString(), file));
    }
    return of(sources, rules, inputs);
  }

  static Detection of(LogSources sources, Path rules, List<DetectJob.Input> inputs)
      throws Exception {
    RulePack pack = RulePack.read(List.of(rules), sources, new Problems());
    Detection detection = new Detection(new ArrayList<>(), new ArrayList<>());
    DetectJob.run(
        pack,
        DetectJob.reference(pack, inputs, Map.of(), null, null),
        inputs,
        detection.lines::add,
        detection.rejects::add,
        events -> {});
    return detection;
  }

  Map<String, ObjectNode> alerts() throws Exception {
    Map<String, ObjectNode> alerts = new TreeMap<>();
    for (String line : lines) {
      ObjectNode alert = (ObjectNode) JSON.readTree(line);
      alerts.put(alert.at("/event/id").asText(), alert);
    }
    return alerts;
  }
}
