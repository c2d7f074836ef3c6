package io.vigie.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Finds the YAML files that users name: in folders, in {@code .zip} packs, or by themselves.
 *
 * <p>What lies in a folder or a pack may come from others, so nothing there leads out of it: links
 * are refused and never followed, and neither devices nor pipes are opened. What users name
 * themselves may be a link. Counts and sizes are bounded.
 */
public final class YamlFiles {
  /** Most YAML files of one run. */
  static final int MAX_FILES = 50_000;

  /** Most bytes of YAML of one run. */
  static final long MAX_TOTAL_BYTES = 256L << 20;

  /** Most entries of any kind below one folder; so that a whole disk is not walked. */
  static final int MAX_ENTRIES = 500_000;

  private static final int MAX_DEPTH = 64;

  private final Problems problems;
  private final BiConsumer<String, byte[]> file;
  private int files;
  private long bytes;

  private YamlFiles(Problems problems, BiConsumer<String, byte[]> file) {
    this.problems = problems;
    this.file = file;
  }

  /**
   * Reads every {@code .yml} and {@code .yaml} file in the folders and below, in the packs, and the
   * files named, in the order of their names; what cannot or must not be read is a problem.
   *
   * @param file is given each file's name, as the user wrote it, and its bytes; a file in a pack is
   *     called {@code PACK!NAME}
   */
  public static void read(List<Path> folders, Problems problems, BiConsumer<String, byte[]> file) {
    YamlFiles files = new YamlFiles(problems, file);
    for (Path folder : folders) {
      if (!files.named(folder)) {
        return;
      }
    }
  }

  /** False when a bound of the whole run is reached. */
  private boolean named(Path named) {
    if (!Files.exists(named)) {
      cannotRead(named.toString(), "there is no such file or folder");
      return true;
    }
    if (Files.isDirectory(named)) {
      return folder(named);
    }
    if (isPack(named)) {
      return pack(named);
    }
    return !isYaml(named.toString()) || regular(named, named.toString(), true);
  }

  private boolean folder(Path root) {
    List<Path> found = new ArrayList<>();
    try {
      // A folder that the user names through a link is meant; a link below it is not.
      Path start = Files.isSymbolicLink(root) ? root.toRealPath() : root;
      Files.walkFileTree(start, new Finder(root, start, found));
    } catch (IOException e) {
      cannotRead(root.toString(), "cannot be read: " + reason(e));
    }
    found.sort(null);
    for (Path path : found) {
      if (isPack(path) ? !pack(path) : !regular(path, path.toString(), false)) {
        return false;
      }
    }
    return true;
  }

  /** Collects what may be read below a folder, and says why the rest may not. */
  private final class Finder extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Path start;
    private final List<Path> found;
    private int entries;

    private Finder(Path root, Path start, List<Path> found) {
      this.root = root;
      this.start = start;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (start.relativize(folder).getNameCount() > MAX_DEPTH) {
        error(
            folder.toString(),
            "TOO_DEEP",
            "is more than " + MAX_DEPTH + " folders deep",
            "name the folder that holds the rules");
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (++entries > MAX_ENTRIES) {
        error(
            root.toString(),
            "TOO_MANY_FILES",
            "has more than " + MAX_ENTRIES + " entries",
            "name the folder that holds the rules");
        return FileVisitResult.TERMINATE;
      }
      Path named = root.resolve(start.relativize(path));
      if (attributes.isSymbolicLink()) {
        link(path, named);
      } else if (isYaml(named.toString())) {
        if (attributes.isRegularFile()) {
          found.add(named);
        } else {
          notAFile(named.toString());
        }
      }
      return FileVisitResult.CONTINUE;
    }

    /** A link that is no YAML file and no folder would not have been read anyhow. */
    private void link(Path path, Path named) {
      if (isYaml(named.toString()) || Files.isDirectory(path)) {
        error(
            named.toString(),
            "LINK",
            "is a symbolic link, which could lead anywhere",
            "copy the file here, or name its target");
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException e) {
      cannotRead(root.resolve(start.relativize(path)).toString(), "cannot be read: " + reason(e));
      return FileVisitResult.CONTINUE;
    }
  }

  private boolean regular(Path path, String name, boolean mayBeLink) {
    LinkOption[] follow =
        mayBeLink ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    if (!Files.isRegularFile(path, follow)) {
      notAFile(name);
      return true;
    }
    try (InputStream in =
        mayBeLink ? Files.newInputStream(path) : Files.newInputStream(path, follow)) {
      return take(name, in.readNBytes(YamlReader.MAX_BYTES + 1), path.toFile().length());
    } catch (IOException e) {
      cannotRead(name, "cannot be read: " + reason(e));
      return true;
    }
  }

  /** Hands one file on; a file that is too large is named with its size, and not handed on. */
  private boolean take(String name, byte[] yaml, long size) {
    if (yaml.length > YamlReader.MAX_BYTES) {
      error(
          name,
          "FILE_TOO_LARGE",
          "the file has " + size + " bytes, more than " + YamlReader.MAX_BYTES,
          "split it");
      return true;
    }
    files++;
    bytes += yaml.length;
    if (files > MAX_FILES || bytes > MAX_TOTAL_BYTES) {
      error(
          name,
          "TOO_MANY_FILES",
          "and the files before it are more than "
              + MAX_FILES
              + ", or more than "
              + (MAX_TOTAL_BYTES >> 20)
              + " MiB together",
          "name fewer folders");
      return false;
    }
    file.accept(name, yaml);
    return true;
  }

  private boolean pack(Path path) {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    if (!YamlPack.read(path, problems.of(path.toString()), entries)) {
      return true;
    }
    for (var entry : entries.entrySet()) {
      byte[] yaml = entry.getValue();
      if (!take(path + "!" + entry.getKey(), yaml, yaml.length)) {
        return false;
      }
    }
    return true;
  }

  static boolean isYaml(String name) {
    return name.endsWith(".yml") || name.endsWith(".yaml");
  }

  private static boolean isPack(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  private void notAFile(String name) {
    error(name, "NOT_A_FILE", "is no regular file", "name a file or a folder");
  }

  private void cannotRead(String name, String message) {
    error(name, "CANNOT_READ", message, "name a folder or a file that exists and may be read");
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }

  private void error(String name, String code, String message, String suggestion) {
    problems.of(name).error(Place.START, code, message, suggestion);
  }
}
