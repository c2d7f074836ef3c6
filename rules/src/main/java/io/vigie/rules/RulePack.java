package io.vigie.rules;

import io.vigie.ingest.LogSources;
import io.vigie.yaml.Problems;
import io.vigie.yaml.YamlFiles;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue.YamlMap;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rule files as their authors wrote them, and the log sources that they are about. It travels to
 * whoever needs the rules, who compiles them there.
 *
 * @param files sorted by name
 */
public record RulePack(List<File> files, LogSources sources) implements Serializable {

  /**
   * One rule file.
   *
   * @param name as the user named it
   */
  public record File(String name, byte[] yaml) implements Serializable {
    @Override
    public boolean equals(Object other) {
      return other instanceof File file && name.equals(file.name) && Arrays.equals(yaml, file.yaml);
    }

    @Override
    public int hashCode() {
      return 31 * name.hashCode() + Arrays.hashCode(yaml);
    }
  }

  public RulePack {
    files = new ArrayList<>(files);
  }

  /** Every {@code .yml} and {@code .yaml} file in the folders and below, and the files named. */
  public static RulePack read(List<Path> folders, LogSources sources, Problems problems) {
    List<File> files = new ArrayList<>();
    YamlFiles.read(folders, problems, (name, yaml) -> files.add(new File(name, yaml)));
    return new RulePack(files, sources);
  }

  /** The document of a rule that was read from this pack. */
  public Optional<YamlMap> document(RuleHeader rule) {
    return files.stream()
        .filter(file -> file.name().equals(rule.file()))
        .flatMap(file -> YamlReader.read(file.yaml(), new Problems().of(file.name())).stream())
        .filter(document -> document.place().equals(rule.place()))
        .filter(YamlMap.class::isInstance)
        .map(YamlMap.class::cast)
        .findFirst();
  }
}
