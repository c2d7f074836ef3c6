package io.vigie.rules;

import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rule files as their authors wrote them. It travels to whoever needs the rules, who compiles them
 * there.
 *
 * @param files sorted by name
 */
public record RulePack(List<File> files) implements Serializable {

  /**
   * One rule file.
   *
   * @param name as the user named it
   */
  public record File(String name, byte[] yaml) implements Serializable {}

  public RulePack {
    files = new ArrayList<>(files);
  }

  /** Every {@code .yml} and {@code .yaml} file in the folders and below, and the files named. */
  public static RulePack read(List<Path> folders, Problems problems) {
    List<File> files = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
          String name = path.toString();
          if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            files.add(new File(name, Files.readAllBytes(path)));
          }
        }
      } catch (IOException | UncheckedIOException e) {
        problems
            .of(folder.toString())
            .error(
                Place.START,
                "CANNOT_READ",
                "the rules cannot be read: " + e.getMessage(),
                "name a folder or a file that exists");
      }
    }
    return new RulePack(files);
  }
}
