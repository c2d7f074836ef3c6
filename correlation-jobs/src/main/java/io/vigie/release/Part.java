package io.vigie.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One record of the rules topic: a line of JSON, {@code {"publication": UUID, "part": 1, "of": 3,
 * "sha256": …}}, and a slice of the pack. This line stays as it is in all formats of packs, so that
 * every Vigie counts the same releases, and refuses those that it cannot read.
 *
 * @param number from 1
 * @param sha256 of the whole pack
 */
record Part(UUID publication, int number, int of, String sha256, byte[] slice) {
  /** Brokers take records of about 1 MB unless told otherwise. */
  static final int MAX_SLICE = 880_000;

  private static final int MAX_PARTS = PackFormat.MAX_PACKED_BYTES / MAX_SLICE + 1;
  private static final int MAX_LINE = 400;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON = new JsonMapper();

  static List<Part> split(UUID publication, byte[] pack) {
    int of = (pack.length + MAX_SLICE - 1) / MAX_SLICE;
    String sha256 = sha256(pack);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < of; i++) {
      byte[] slice =
          Arrays.copyOfRange(pack, i * MAX_SLICE, Math.min(pack.length, (i + 1) * MAX_SLICE));
      parts.add(new Part(publication, i + 1, of, sha256, slice));
    }
    return parts;
  }

  byte[] bytes() {
    ObjectNode head = JSON.createObjectNode();
    head.put("publication", publication.toString());
    head.put("part", number);
    head.put("of", of);
    head.put("sha256", sha256);
    try {
      byte[] line = JSON.writeValueAsBytes(head);
      byte[] bytes = Arrays.copyOf(line, line.length + 1 + slice.length);
      bytes[line.length] = '\n';
      System.arraycopy(slice, 0, bytes, line.length + 1, slice.length);
      return bytes;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty where the record is something else. */
  static Optional<Part> read(byte[] record) {
    int end = 0;
    while (end < record.length && record[end] != '\n') {
      end++;
    }
    if (end == record.length || end > MAX_LINE) {
      return Optional.empty();
    }
    byte[] slice = Arrays.copyOfRange(record, end + 1, record.length);
    try {
      JsonNode head = JSON.readTree(new String(record, 0, end, StandardCharsets.UTF_8));
      Part part =
          new Part(
              UUID.fromString(head.path("publication").asText()),
              head.path("part").asInt(),
              head.path("of").asInt(),
              head.path("sha256").asText(),
              slice);
      return part.isSound() ? Optional.of(part) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private boolean isSound() {
    return of >= 1
        && of <= MAX_PARTS
        && number >= 1
        && number <= of
        && slice.length >= 1
        && slice.length <= MAX_SLICE
        && SHA256.matcher(sha256).matches();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
