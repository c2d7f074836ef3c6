package io.vigie.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.demo.DemoRecord;
import io.vigie.demo.DemoStories;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bounded run: the order of the input, repeats and rubbish change nothing. */
class DetectTest {
  private static final List<byte[]> RECORDS =
      new DemoStories(5, Instant.parse("2026-03-01T12:00:00Z"))
          .records().stream().map(DemoRecord::json).toList();

  @TempDir Path folder;

  @Test
  void theOrderOfTheInputAndRepeatsNeverChangeTheOutput() throws Exception {
    List<byte[]> reversed = new ArrayList<>(RECORDS);
    Collections.reverse(reversed);
    List<byte[]> twiceAndShuffled = new ArrayList<>(RECORDS);
    twiceAndShuffled.addAll(RECORDS);
    Collections.shuffle(twiceAndShuffled, new Random(1));

    List<String> lines = Detection.of(Project.library(), file("a", RECORDS)).lines();

    assertThat(lines).hasSizeGreaterThan(5);
    assertThat(Detection.of(Project.library(), file("b", reversed)).lines()).isEqualTo(lines);
    assertThat(Detection.of(Project.library(), file("c", twiceAndShuffled)).lines())
        .isEqualTo(lines);
  }

  @Test
  void rubbishCostsOnlyItself() throws Exception {
    List<byte[]> withRubbish = new ArrayList<>();
    for (int i = 0; i < RECORDS.size(); i++) {
      withRubbish.add(RECORDS.get(i));
      if (i % 2500 == 0) {
        withRubbish.add(Rubbish.of(i / 2500));
      }
    }
    withRubbish.add(("{\"a\":\"" + "x".repeat(50 << 20) + "\"}").getBytes(StandardCharsets.UTF_8));

    Detection clean = Detection.of(Project.library(), file("clean", RECORDS));
    Detection dirty = Detection.of(Project.library(), file("dirty", withRubbish));

    assertThat(dirty.lines()).isEqualTo(clean.lines());
    assertThat(clean.rejects()).isEmpty();
    // The empty record is a blank line of the file, and in a file nothing is from the future.
    assertThat(dirty.rejects())
        .hasSize(8)
        .allMatch(line -> line.matches("dirty:\\d+: [A-Z0-9_]+: .+"));
  }

  private Path file(String name, List<byte[]> records) throws Exception {
    Path file = folder.resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (byte[] record : records) {
        out.write(record);
        out.write('\n');
      }
    }
    return file;
  }
}
