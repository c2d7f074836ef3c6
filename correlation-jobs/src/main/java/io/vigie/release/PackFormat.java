package io.vigie.release;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.rules.RulePack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A publication as bytes: gzip of lines of JSON. The first is {@code {"format": 1, "version": …,
 * "from": …, "published": …, "files": n}}, and one for each file follows, {@code {"name": …,
 * "yaml": …}}. Whoever reads has not seen the bytes before, so all is bounded.
 */
final class PackFormat {
  static final int MAX_FILES = 20_000;
  static final long MAX_BYTES = 64L << 20;

  /** Packed; rules become a tenth. */
  static final int MAX_PACKED_BYTES = 16 << 20;

  private static final int FORMAT = 1;
  private static final Instant LAST_TIME = Instant.parse("2100-01-01T00:00:00Z");
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).build();

  private PackFormat() {}

  /** What cannot be packed or unpacked, and why. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  static byte[] pack(Publication publication) throws Unfit {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    long bytes = 0;
    try (OutputStream out = new GZIPOutputStream(packed)) {
      ObjectNode head = JSON.createObjectNode();
      head.put("format", FORMAT);
      head.put("version", publication.version());
      head.put("from", publication.from().toString());
      head.put("published", publication.published().toString());
      head.put("files", publication.files().size());
      write(out, head);
      for (RulePack.File file : publication.files()) {
        ObjectNode line = JSON.createObjectNode();
        line.put("name", file.name());
        line.put("yaml", text(file));
        bytes += write(out, line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (publication.files().size() > MAX_FILES
        || bytes > MAX_BYTES
        || packed.size() > MAX_PACKED_BYTES) {
      throw new Unfit(
          "%d files of %,d bytes, %,d packed, are more than a release may have: %,d files of %,d bytes, %,d packed"
              .formatted(
                  publication.files().size(),
                  bytes,
                  packed.size(),
                  MAX_FILES,
                  MAX_BYTES,
                  MAX_PACKED_BYTES));
    }
    return packed.toByteArray();
  }

  private static int write(OutputStream out, ObjectNode line) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(line);
    out.write(bytes);
    out.write('\n');
    return bytes.length + 1;
  }

  private static String text(RulePack.File file) throws Unfit {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.yaml())).toString();
    } catch (CharacterCodingException e) {
      throw new Unfit(file.name() + " is not UTF-8");
    }
  }

  static Publication unpack(byte[] packed) throws Unfit {
    try (InputStream in = new Bounded(new GZIPInputStream(new ByteArrayInputStream(packed)));
        MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(in)) {
      if (!lines.hasNextValue()) {
        throw new Unfit("the pack is empty");
      }
      JsonNode head = lines.nextValue();
      if (head.path("format").asInt() != FORMAT) {
        throw new Unfit(
            "the pack has the format %d, and this Vigie reads %d"
                .formatted(head.path("format").asInt(), FORMAT));
      }
      String version = text(head, "version");
      if (!Publication.isVersion(version)) {
        throw new Unfit("the pack's version is no name");
      }
      Instant from = time(head, "from");
      Instant published = time(head, "published");
      int count = head.path("files").asInt();
      List<RulePack.File> files = new ArrayList<>();
      while (lines.hasNextValue()) {
        JsonNode line = lines.nextValue();
        if (files.size() == MAX_FILES) {
          throw new Unfit("the pack has more than %,d files".formatted(MAX_FILES));
        }
        files.add(
            new RulePack.File(
                text(line, "name"), text(line, "yaml").getBytes(StandardCharsets.UTF_8)));
      }
      if (files.isEmpty() || files.size() != count) {
        throw new Unfit("the pack has %d files, and says %d".formatted(files.size(), count));
      }
      return new Publication(version, from, published, files);
    } catch (TooLarge e) {
      throw new Unfit("the pack unpacks to more than %,d bytes".formatted(MAX_BYTES));
    } catch (JsonProcessingException e) {
      throw new Unfit("the pack is not JSON in lines");
    } catch (IOException e) {
      throw new Unfit("the pack is not gzip");
    }
  }

  private static String text(JsonNode line, String key) throws Unfit {
    JsonNode value = line.path(key);
    if (!value.isTextual()) {
      throw new Unfit("the pack has a line without '" + key + "'");
    }
    return value.textValue();
  }

  private static Instant time(JsonNode head, String key) throws Unfit {
    try {
      Instant time = Instant.parse(text(head, key));
      if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST_TIME)) {
        throw new Unfit("the pack's time '" + key + "' is not of this century");
      }
      return time;
    } catch (DateTimeParseException e) {
      throw new Unfit("the pack's '" + key + "' is no time");
    }
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Ends a stream that is longer than a pack may be. */
  private static final class Bounded extends FilterInputStream {
    private long left = MAX_BYTES + (1 << 10);

    private Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) throws IOException {
      left -= read;
      if (left < 0) {
        throw new TooLarge();
      }
    }
  }
}
