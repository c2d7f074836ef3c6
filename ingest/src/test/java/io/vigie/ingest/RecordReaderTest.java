package io.vigie.ingest;

import static io.vigie.ingest.Bytes.event;
import static io.vigie.ingest.Bytes.gzip;
import static io.vigie.ingest.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

  private static List<String> read(byte[] file) throws IOException {
    List<String> lines = new ArrayList<>();
    try (RecordReader records = new RecordReader("f", new ByteArrayInputStream(file))) {
      for (RawRecord record = records.next(); record != null; record = records.next()) {
        lines.add(
            record.origin().position() + ":" + new String(record.bytes(), StandardCharsets.UTF_8));
      }
    }
    return lines;
  }

  @Test
  void eachLineIsARecordAndBlankLinesOnlyCount() throws IOException {
    byte[] file = utf8("a\n\n \t\r\nb\r\nc");

    assertThat(read(file)).containsExactly("1:a", "4:b", "5:c");
    assertThat(read(gzip(file))).containsExactly("1:a", "4:b", "5:c");
    assertThat(read(new byte[0])).isEmpty();
    assertThat(read(utf8("\n"))).isEmpty();
    assertThat(read(utf8("a"))).containsExactly("1:a");
  }

  @Test
  void linesLongerThanTheBufferAreWhole() throws IOException {
    String text = "x".repeat(300_000);

    assertThat(read(utf8(text + "\n" + text + "y\n")))
        .containsExactly("1:" + text, "2:" + text + "y");
  }

  @Test
  void anOversizedLineIsNeverHeldWholeAndTheNextIsRead() throws IOException {
    long length = Limits.MAX_RAW_BYTES + 100_001L;
    MessageDigest digest = Digests.sha256();
    byte[] block = new byte[1 << 16];
    Arrays.fill(block, (byte) 'x');
    for (long left = length; left > 0; left -= block.length) {
      digest.update(block, 0, (int) Math.min(left, block.length));
    }
    InputStream in =
        new SequenceInputStream(
            new Repeated((byte) 'x', length), new ByteArrayInputStream(utf8("\nnext\n")));
    try (RecordReader records = new RecordReader("f", in)) {
      RawRecord large = records.next();
      assertThat(large.isTruncated()).isTrue();
      assertThat(large.bytes()).hasSize(Limits.DEAD_LETTER_HEAD_BYTES);
      assertThat(large.length()).isEqualTo(length);
      assertThat(large.sha256()).isEqualTo(Digests.hex(digest));
      assertThat(records.next().bytes()).isEqualTo(utf8("next"));
      assertThat(records.next()).isNull();
    }
  }

  @Test
  void aLineOfTheLargestSizeIsHeldWhole() throws IOException {
    try (RecordReader records =
        new RecordReader("f", new Repeated((byte) 'x', Limits.MAX_RAW_BYTES))) {
      assertThat(records.next().isTruncated()).isFalse();
    }
  }

  @Test
  void documentsComeInInputOrderAndRejectsAreNamed() throws IOException {
    assertThat(
            normalized(
                utf8(
                    event("").replace("e1", "1")
                        + "\n\nx\n["
                        + event("").replace("e1", "2")
                        + ",3]")))
        .isEqualTo(
            """
            1 2
            f.json:3: NOT_JSON: not JSON at byte 1
            f.json:4: NOT_THIS_SOURCE: not a JSON object
            2 rejects""");
  }

  @Test
  void aBrokenGzipFileKeepsWhatWasReadBefore() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      lines.append(event("\"n\":" + i * 7919)).append('\n');
    }
    byte[] whole = gzip(utf8(lines.toString()));
    String out = normalized(Arrays.copyOf(whole, whole.length / 2));

    assertThat(out).contains("e1 e1 e1").matches("(?s).*\nf.json:\\d{4}: NOT_GZIP: .*\n1 rejects");
    assertThat(normalized(new byte[] {0x1F, (byte) 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
        .endsWith("1 rejects");
  }

  private static String normalized(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    long rejects =
        Normalizer.normalize(
            Bytes.CLOUDTRAIL,
            document -> document.put("enriched", true),
            new ByteArrayInputStream(file),
            "f.json",
            OptionalLong.empty(),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8));
    List<String> ids = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (!line.isEmpty()) {
        assertThat(StrictJson.MAPPER.readTree(line).path("enriched").asBoolean()).isTrue();
        ids.add(StrictJson.MAPPER.readTree(line).path("event").path("id").asText());
      }
    }
    return String.join(" ", ids)
        + "\n"
        + err.toString(StandardCharsets.UTF_8).replace("\r", "")
        + rejects
        + " rejects";
  }

  /** One byte again and again, without holding them. */
  private static final class Repeated extends InputStream {
    private final byte value;
    private long left;

    Repeated(byte value, long count) {
      this.value = value;
      this.left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? value : -1;
    }

    @Override
    public int read(byte[] into, int from, int count) {
      if (left <= 0) {
        return -1;
      }
      int given = (int) Math.min(count, left);
      Arrays.fill(into, from, from + given, value);
      left -= given;
      return given;
    }
  }
}
