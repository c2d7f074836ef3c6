package io.vigie.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.embedded.AfterClose;
import io.vigie.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands about reference data. */
final class ReferenceCommandIT {
  @TempDir Path folder;
  private @Nullable EmbeddedKafka kafka;

  @BeforeEach
  void start() throws IOException {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, AfterClose.DELETE_DATA);
    Files.writeString(
        folder.resolve("vigie.yaml"),
        """
        kafka: {bootstrap: "%s"}
        elasticsearch: {url: "http://127.0.0.1:1"}
        sources: [aws.cloudtrail]
        rules: ["%s"]
        checkpoints: {folder: /nowhere}
        reference: {network-zones: "%s"}
        """
            .formatted(
                kafka.bootstrapServers(),
                folder,
                Files.writeString(folder.resolve("zones.csv"), "network,zone\n10.0.0.0/8,in\n")));
  }

  @AfterEach
  void stop() {
    if (kafka != null) {
      kafka.close();
    }
  }

  private String reference(int exit, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("reference", command));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--config", folder.resolve("vigie.yaml").toString()));
    StringWriter said = new StringWriter();
    CommandLine vigie = VigieCommand.commandLine();
    vigie.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
    assertThat(vigie.execute(arguments.toArray(String[]::new))).as(said.toString()).isEqualTo(exit);
    return said.toString();
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("table"), text).toString();
  }

  @Test
  void aTableIsLoadedShownAndKeptWhereTheNextFileIsBroken() throws Exception {
    String good = file("id,owner\ni-1,one\ni-2,two\n");
    assertThat(reference(0, "load", "assets", good, "--dry-run"))
        .contains("assets: 2 added, 0 changed, 0 removed, 0 unchanged", "nothing was sent");
    assertThat(reference(0, "load", "assets", good))
        .contains("assets: 2 added, 0 changed, 0 removed, 0 unchanged", "for all events");
    assertThat(reference(0, "load", "assets", good)).contains("2 unchanged", "nothing to load");
    assertThat(reference(0, "show", "assets", "I-1"))
        .contains("{\"id\":\"i-1\",\"owner\":\"one\"}");
    assertThat(reference(1, "show", "assets", "i-3")).contains("nothing stands under 'i-3'");

    String broken = "id,criticality\ni-1,high\ni-3,top\n";
    assertThat(reference(1, "load", "assets", file(broken)))
        .contains("table:3:1: warning BAD_ROW: the row criticality is 'top'")
        .contains("more than 5.0 % of the rows are bad")
        .contains("nothing was sent, the table stays as it is");
    assertThat(reference(1, "load", "assets", file("[{\"id\": \"i-1\"}, ")))
        .contains("NOT_JSON", "nothing was sent")
        .doesNotContain("% of the rows");
    assertThat(reference(0, "show", "assets", "i-1")).contains("\"owner\":\"one\"");

    assertThat(reference(0, "load", "assets", file(broken), "--max-bad", "50"))
        .contains("assets: 0 added, 1 changed, 1 removed, 0 unchanged")
        .contains("for events that arrive from then on");
  }

  @Test
  void wrongUseIsToldWithAWayOut() throws Exception {
    String file = file("id\na\n");
    assertThat(reference(2, "load", "asets", file)).contains("did you mean 'assets'?");
    assertThat(reference(2, "load", "assets", "none")).contains("cannot read the file 'none'");
    assertThat(reference(2, "load", "assets", file, "--only", "colour=red"))
        .contains("--only needs COLUMN=VALUE");
    assertThat(reference(1, "load", "network-zones", file))
        .contains("the job reads network-zones from", "and not from its topic");
    assertThat(reference(0, "show")).containsPattern("assets +0 ").contains("fills from events");
  }
}
