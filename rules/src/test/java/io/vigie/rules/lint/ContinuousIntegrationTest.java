package io.vigie.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The workflow that rule authors copy. */
final class ContinuousIntegrationTest {

  private static YamlMap workflow() throws IOException {
    Problems problems = new Problems();
    List<YamlValue> documents =
        YamlReader.read(
            Files.readAllBytes(Path.of("ci/github-actions.yml")), problems.of("workflow"));
    assertThat(problems.all()).isEmpty();
    return (YamlMap) documents.get(0);
  }

  private static YamlValue in(YamlValue map, String... path) {
    YamlValue at = map;
    for (String key : path) {
      at = ((YamlMap) at).get(key).orElseThrow(() -> new AssertionError("no " + key));
    }
    return at;
  }

  @Test
  void itLintsUploadsTheReportWhateverItSaysAndTests() throws IOException {
    YamlList steps = (YamlList) in(workflow(), "jobs", "rules", "steps");
    List<YamlMap> named =
        steps.items().stream()
            .map(YamlMap.class::cast)
            .filter(step -> step.get("name").isPresent())
            .toList();

    assertThat(named).hasSize(3);
    assertThat(in(named.get(0), "run").plain())
        .isEqualTo(".vigie/vigie rules lint \"$RULES\" --format sarif > lint.sarif");
    assertThat(String.valueOf(in(named.get(1), "if").plain())).startsWith("always()");
    assertThat(in(named.get(1), "with", "sarif_file").plain()).isEqualTo("lint.sarif");
    assertThat(in(named.get(2), "if").plain()).isEqualTo("always()");
    assertThat(in(named.get(2), "run").plain()).isEqualTo(".vigie/vigie rules test \"$RULES\"");
  }

  @Test
  void itMayOnlyReadTheCodeAndWriteReports() throws IOException {
    assertThat(((YamlMap) in(workflow(), "permissions")).plain())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("contents", "read"),
            org.assertj.core.api.Assertions.entry("security-events", "write"));
  }
}
