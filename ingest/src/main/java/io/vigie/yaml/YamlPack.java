package io.vigie.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The YAML files of a {@code .zip} pack. A pack comes from others: it is read in memory, never
 * unpacked to disk, and one that holds anything but plain names and modest sizes is refused whole,
 * for nobody makes such a pack by accident. Packs inside packs are left alone.
 */
final class YamlPack {
  static final int MAX_ENTRIES = 100_000;
  static final long MAX_PACK_BYTES = 256L << 20;

  /** YAML compresses some ten times; a bomb a thousand times. Small files may be of one letter. */
  static final int MAX_RATIO = 200;

  private static final int SMALL = 16 << 10;

  private final Problems.OfFile problems;
  private boolean refused;
  private long total;

  private YamlPack(Problems.OfFile problems) {
    this.problems = problems;
  }

  /**
   * Reads the YAML files of a pack.
   *
   * @return false where it is refused; then nothing was added
   */
  static boolean read(Path path, Problems.OfFile problems, Map<String, byte[]> files) {
    return new YamlPack(problems).read(path, files);
  }

  private boolean read(Path path, Map<String, byte[]> files) {
    if (!Files.isRegularFile(path)) {
      refuse("NOT_A_FILE", "is no regular file", "name a file or a folder");
      return false;
    }
    try (ZipFile zip = new ZipFile(path.toFile())) {
      if (path.toFile().length() > MAX_PACK_BYTES || zip.size() > MAX_ENTRIES) {
        refuse(
            "PACK_TOO_LARGE",
            "has " + zip.size() + " entries in " + path.toFile().length() + " bytes",
            "split it");
        return false;
      }
      List<ZipEntry> yaml = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (var entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        check(name);
        if (!names.add(name.toLowerCase(Locale.ROOT))) {
          refuse("PACK_NAME", "holds '" + Shown.text(name) + "' twice", "keep one of them");
        }
        if (!entry.isDirectory() && YamlFiles.isYaml(name)) {
          yaml.add(entry);
        }
      }
      for (ZipEntry entry : yaml) {
        if (!refused) {
          byte[] bytes = bytes(zip, entry);
          total += bytes.length;
          files.put(entry.getName(), bytes);
        }
        if (!refused && total > YamlFiles.MAX_TOTAL_BYTES) {
          refuse(
              "PACK_TOO_LARGE",
              "holds more than " + (YamlFiles.MAX_TOTAL_BYTES >> 20) + " MiB",
              "split it");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      refuse("NOT_A_PACK", "is no zip file that can be read: " + e.getMessage(), "pack it anew");
    }
    if (refused) {
      files.clear();
    }
    return !refused;
  }

  private void check(String name) {
    boolean leadsOut =
        name.startsWith("/")
            || name.indexOf('\\') >= 0
            || name.indexOf(':') >= 0
            || Arrays.asList(name.split("/", -1)).contains("..");
    if (leadsOut || name.isBlank() || !Shown.text(name).equals(name)) {
      refuse(
          "PACK_NAME",
          "holds the name '" + Shown.text(name) + "', which is no plain path inside the pack",
          "use names of folders and files below the pack");
    }
  }

  private byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes(YamlReader.MAX_BYTES + 1);
    }
    if (bytes.length > YamlReader.MAX_BYTES) {
      refuse(
          "FILE_TOO_LARGE",
          "holds '" + entry.getName() + "' of more than " + YamlReader.MAX_BYTES + " bytes",
          "split it");
    } else if (bytes.length > SMALL
        && bytes.length / MAX_RATIO > Math.max(1, entry.getCompressedSize())) {
      refuse(
          "PACK_BOMB",
          "holds '" + entry.getName() + "', which grows more than " + MAX_RATIO + " times",
          "leave it out");
    }
    return bytes;
  }

  private void refuse(String code, String message, String suggestion) {
    refused = true;
    problems.error(Place.START, code, message, suggestion);
  }
}
