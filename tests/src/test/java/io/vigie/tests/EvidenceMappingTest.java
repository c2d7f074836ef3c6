package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.dashboards.IndexTemplates;
import io.vigie.ingest.EnrichedFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What log sources fill and what the index templates know is the same. */
class EvidenceMappingTest {
  private static final Path ECS =
      Project.root().resolve("ingest/src/main/resources/io/vigie/ingest/ecs-fields.csv");

  private static JsonNode properties() throws Exception {
    return new ObjectMapper()
        .readTree(
            IndexTemplates.inOrder().stream()
                .filter(template -> template.path().endsWith("vigie-evidence@mappings"))
                .findFirst()
                .orElseThrow()
                .body())
        .at("/template/mappings/properties");
  }

  @Test
  void evidenceCanBeSearchedByEveryFieldThatEnrichingAdds() throws Exception {
    JsonNode properties = properties();
    assertThat(EnrichedFields.ALL)
        .allSatisfy(
            name ->
                assertThat(
                        properties.at("/" + name.replace(".", "/properties/") + "/type").asText())
                    .as(name)
                    .isNotEmpty());
  }

  @Test
  void evidenceCanBeSearchedByEveryEcsFieldThatLogSourcesFill() throws Exception {
    JsonNode properties = properties();
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(ECS).stream().skip(1).toList()) {
      String[] parts = line.split(",", -1);
      String type = properties.at("/" + parts[0].replace(".", "/properties/") + "/type").asText();
      boolean text = type.equals("text") && parts[1].equals("keyword");
      if (!type.equals(parts[1]) && !text) {
        wrong.add(parts[0] + ": " + parts[1] + " is mapped as '" + type + "'");
      }
    }
    assertThat(wrong).isEmpty();
  }
}
