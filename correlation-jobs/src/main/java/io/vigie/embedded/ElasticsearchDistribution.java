package io.vigie.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the Elasticsearch server. The parent pom says which version and from where; Maven
 * fetches it, so that mirrors, proxies, checksums and the local repository hold here as for every
 * other dependency.
 *
 * @param environment {@code VIGIE_ELASTICSEARCH_HOME}: an installed distribution, nothing is
 *     fetched; {@code VIGIE_CACHE}: where fetched ones are kept, by default {@code ~/.cache/vigie},
 *     for root {@code /var/cache/vigie}
 */
record ElasticsearchDistribution(Map<String, String> environment) {
  private static final Pattern VERSION =
      Pattern.compile("<elasticsearch\\.server\\.version>\\s*([^<\\s]+)\\s*<");

  static boolean runsAsRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /**
   * Finds the distribution, and fetches it when it is not there yet.
   *
   * @param progress gets a line for people before something slow
   * @throws IOException with a message for people: what failed and what to do
   */
  Path home(Consumer<String> progress) throws IOException, InterruptedException {
    String installed = environment.get("VIGIE_ELASTICSEARCH_HOME");
    if (installed != null) {
      return checked(Path.of(installed));
    }
    Path project = projectFolder();
    String version = version(project.resolve("pom.xml"));
    Path cache = cache();
    Path home = cache.resolve("elasticsearch-" + version);
    if (!Files.isDirectory(home)) {
      progress.accept("Fetching Elasticsearch " + version + " (107 MB, once) into " + home);
      fetch(project, cache, home);
    }
    return checked(home);
  }

  private static Path checked(Path home) throws IOException {
    if (!Files.isRegularFile(home.resolve("bin/elasticsearch"))) {
      throw new IOException(
          "There is no Elasticsearch in "
              + home
              + " (bin/elasticsearch is missing). Delete that folder to have it fetched anew, or let"
              + " VIGIE_ELASTICSEARCH_HOME name an installed one.");
    }
    return home.toRealPath();
  }

  /** Root's home is closed to the user as whom root has to start the server; /var/cache is not. */
  private Path cache() {
    String cache = environment.get("VIGIE_CACHE");
    if (cache != null) {
      return Path.of(cache).toAbsolutePath();
    }
    return runsAsRoot()
        ? Path.of("/var/cache/vigie")
        : Path.of(System.getProperty("user.home"), ".cache", "vigie");
  }

  private static Path projectFolder() throws IOException {
    String told = System.getProperty("vigie.home");
    if (told != null) {
      return Path.of(told).toAbsolutePath();
    }
    Path start = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("pom.xml")) && Files.exists(folder.resolve("dashboards"))) {
        return folder;
      }
    }
    throw new IOException(
        "Neither "
            + start
            + " nor a folder above it is the Vigie project, whose pom.xml says which Elasticsearch"
            + " to fetch. Start in the project, or let -Dvigie.home name it, or let"
            + " VIGIE_ELASTICSEARCH_HOME name an installed Elasticsearch.");
  }

  private static String version(Path pom) throws IOException {
    Matcher version = VERSION.matcher(Files.readString(pom));
    if (!version.find()) {
      throw new IOException(pom + " has no property elasticsearch.server.version.");
    }
    return version.group(1);
  }

  private static void fetch(Path project, Path cache, Path home)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(cache)) {
      Files.createDirectories(cache);
      makeReadable(cache);
    }
    Path unpacked = Files.createTempDirectory(cache, "unpacking-");
    try {
      run(
          mavenCommand(project, unpacked),
          "Maven could not fetch Elasticsearch. Check the network and Maven's settings, or let"
              + " VIGIE_ELASTICSEARCH_HOME name an installed Elasticsearch.");
      Path fetched = unpacked.resolve(cache.relativize(home));
      makeReadable(fetched);
      moveUnlessThere(fetched, home);
    } finally {
      Folders.delete(unpacked);
    }
  }

  /** Whatever root's umask is: the server does not run as root. */
  private static void makeReadable(Path folder) throws IOException, InterruptedException {
    run(List.of("chmod", "-R", "a+rX", folder.toString()), folder + " could not be made readable.");
  }

  private static List<String> mavenCommand(Path project, Path unpackTo) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "mvn",
                "-B",
                "-N",
                "-f",
                project.resolve("pom.xml").toString(),
                "dependency:unpack@elasticsearch",
                "-Dvigie.unpack.to=" + unpackTo));
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    return command;
  }

  /** Another process may have been faster; both brought the same. */
  private static void moveUnlessThere(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(to)) {
        throw e;
      }
    }
  }

  private static void run(List<String> command, String complaint)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException(complaint + " (" + e.getMessage() + ")", e);
    }
    process.getOutputStream().close();
    OutputTail output = new OutputTail(process);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(complaint + " It said:\n" + output.text());
      }
    } finally {
      process.destroy();
    }
  }
}
