package io.vigie.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real Elasticsearch server in its minimal distribution, as a child process with a heap of 512
 * MB, without security, on loopback. It ends with {@link #close()} and with this JVM, however the
 * JVM ends.
 *
 * <p>Elasticsearch refuses to run as root. Root therefore starts it as the user {@code nobody} (uid
 * and gid 65534), which must be able to reach the data folder and this JVM's {@code java.home}.
 */
public final class EmbeddedElasticsearch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);
  private static final int NOBODY = 65534;

  /**
   * The parent of the server. Its standard input is a pipe from our JVM that nobody ever writes to:
   * however the JVM ends, the kernel closes the pipe, and then the server is stopped. Ctrl-C in a
   * terminal reaches the whole process group; it is ignored here, and so in the server too, because
   * the JVM decides when its job no longer needs the server. Data is deleted only after an end that
   * was asked for: a server that could not start may not own it.
   */
  private static final String WATCHDOG =
      """
      run=$1 data=$2 delete=$3
      shift 3
      for program in "$ES_JAVA_HOME/bin/java" "$1"; do
        [ -x "$program" ] || { echo "The user $(id -un) cannot reach or execute $program"; exit 1; }
      done
      [ -w "$data" ] || { echo "The user $(id -un) cannot reach or write $data"; exit 1; }
      trap '' INT HUP
      trap : TERM
      exec 3<&0
      "$@" 3<&- </dev/null &
      server=$!
      {
        read -r _ <&3
        : >"$run/asked"
        kill "$server"
        seconds=0
        while [ "$seconds" -lt 15 ] && kill -0 "$server"; do
          sleep 1
          seconds=$((seconds + 1))
        done
        kill -9 "$server"
      } >/dev/null 2>&1 &
      watcher=$!
      while kill -0 "$server" 2>/dev/null; do
        wait "$server"
        code=$?
      done
      kill "$watcher" 2>/dev/null
      [ "$delete" = DELETE_DATA ] && [ -e "$run/asked" ] && rm -rf "$data"
      rm -rf "$run"
      exit "$code"
      """;

  private static final String LOGGING =
      """
      status = error
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{ISO8601} %p %c{1.} %m%n
      rootLogger.level = warn
      rootLogger.appenderRef.console.ref = console
      """;

  private static final String JVM_OPTIONS =
      """
      -Djava.io.tmpdir=${ES_TMPDIR}
      -XX:+ExitOnOutOfMemoryError
      20-:--add-modules=jdk.incubator.vector
      """;

  private final Process process;
  private final OutputTail output;
  private final Path run;
  private final Path data;
  private final AfterClose afterClose;
  private final Thread hook;
  private @Nullable URI uri;
  private boolean closed;

  private EmbeddedElasticsearch(Process process, Path run, Path data, AfterClose afterClose) {
    this.process = process;
    this.output = new OutputTail(process);
    this.run = run;
    this.data = data;
    this.afterClose = afterClose;
    this.hook = new Thread(this::close, "stop Elasticsearch");
  }

  /** As {@link #start(Path, int, AfterClose, Consumer)}; the data folder is kept. */
  public static EmbeddedElasticsearch start(
      Path dataFolder, int httpPort, Consumer<String> progress)
      throws IOException, InterruptedException {
    return start(dataFolder, httpPort, AfterClose.KEEP_DATA, progress);
  }

  /**
   * Starts the server and waits until it answers, which takes about ten seconds; the first time on
   * a machine the distribution (107 MB) is fetched through Maven.
   *
   * @param dataFolder made when absent; on a kept one the server continues with its data. When we
   *     are root it is given to the user nobody
   * @param httpPort 0 picks a free one
   * @param afterClose what becomes of the data folder
   * @param progress gets a line for people now and then
   * @throws IOException with a message for people: what failed, the last lines of the server's log,
   *     what to do
   */
  public static EmbeddedElasticsearch start(
      Path dataFolder, int httpPort, AfterClose afterClose, Consumer<String> progress)
      throws IOException, InterruptedException {
    refuseTakenPort(httpPort);
    Path home = new ElasticsearchDistribution(System.getenv()).home(progress);
    Path data = Files.createDirectories(dataFolder).toRealPath();
    Path run = newRunFolder();
    if (ElasticsearchDistribution.runsAsRoot()) {
      giveToNobody(run, data);
    }
    Process process = launch(home, run, data, httpPort, afterClose);
    EmbeddedElasticsearch server = new EmbeddedElasticsearch(process, run, data, afterClose);
    boolean up = false;
    try {
      Runtime.getRuntime().addShutdownHook(server.hook);
      server.uri = server.awaitHealth(progress);
      up = true;
      return server;
    } finally {
      if (!up) {
        server.close();
      }
    }
  }

  /** Where it listens: {@code http://127.0.0.1:PORT}. */
  public URI uri() {
    if (uri == null) {
      throw new IllegalStateException("Elasticsearch has not started");
    }
    return uri;
  }

  /** Stops the server, waits for its end and deletes its temporary folder. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stop();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is what runs here.
    }
  }

  /**
   * The server's own JVM, for those who stop or kill it to see what becomes of its clients. After
   * its violent end this object is of no more use than to be closed.
   *
   * @throws IllegalStateException when it has ended
   */
  public ProcessHandle server() {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .filter(java -> java.children().findAny().isEmpty())
        .findAny()
        .orElseThrow(() -> new IllegalStateException("Elasticsearch has ended"));
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  Path runFolder() {
    return run;
  }

  private void stop() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        killAll();
      }
      Folders.delete(run);
      if (afterClose == AfterClose.DELETE_DATA && uri != null) {
        Folders.delete(data);
      }
    } catch (IOException e) {
      System.err.println("Elasticsearch left something behind: " + e);
    } catch (InterruptedException e) {
      killAll();
      Thread.currentThread().interrupt();
    }
  }

  private void killAll() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private URI awaitHealth(Consumer<String> progress) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    long start = System.nanoTime();
    Duration nextProgress = PROGRESS_EVERY;
    while (true) {
      @Nullable URI address = address();
      if (address != null && isHealthy(http, address)) {
        return address;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (!process.isAlive()) {
        throw failure("Elasticsearch ended while it was starting.");
      }
      if (waited.compareTo(PATIENCE) > 0) {
        close();
        throw failure("Elasticsearch did not answer within " + PATIENCE.toMinutes() + " minutes.");
      }
      if (waited.compareTo(nextProgress) > 0) {
        progress.accept("Elasticsearch is starting (" + waited.toSeconds() + " s)");
        nextProgress = waited.plus(PROGRESS_EVERY);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private IOException failure(String what) throws InterruptedException {
    String advice =
        ElasticsearchDistribution.runsAsRoot()
            ? "For root it runs as the user nobody, who must be able to reach its files (VIGIE_CACHE,"
                + " VIGIE_ELASTICSEARCH_HOME), its data folder and Java: choose folders outside"
                + " /root."
            : "Its data folder must be writable and not in use by another server.";
    return new IOException(
        what
            + " Its last lines:\n"
            + output.text()
            + "\nIt needs 1 GB of free memory. "
            + advice
            + " The data folder is "
            + data
            + ".");
  }

  /** The server writes this file as soon as it listens, and whole (it is renamed into place). */
  private @Nullable URI address() throws IOException {
    Path ports = run.resolve("logs/http.ports");
    return Files.exists(ports) ? URI.create("http://" + Files.readString(ports).strip()) : null;
  }

  private static boolean isHealthy(HttpClient http, URI address) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                address.resolve("/_cluster/health?wait_for_status=yellow&timeout=5s"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void refuseTakenPort(int httpPort) throws IOException {
    try {
      new ServerSocket(httpPort, 1, InetAddress.getLoopbackAddress()).close();
    } catch (BindException e) {
      throw new IOException(
          "Elasticsearch cannot listen on 127.0.0.1:"
              + httpPort
              + ": "
              + e.getMessage()
              + ". Choose another port, or end who uses it.",
          e);
    }
  }

  private static Path newRunFolder() throws IOException {
    Path run = Files.createTempDirectory("vigie-elasticsearch-").toRealPath();
    Path config = Files.createDirectory(run.resolve("config"));
    Files.createFile(config.resolve("elasticsearch.yml"));
    Files.writeString(config.resolve("jvm.options"), JVM_OPTIONS);
    Files.writeString(config.resolve("log4j2.properties"), LOGGING);
    Files.createDirectory(run.resolve("logs"));
    Files.createDirectory(run.resolve("tmp"));
    return run;
  }

  /**
   * The data folder's content is left as it is: who was nobody at the last start still owns it. The
   * JDK makes temporary folders that only their owner may enter, so others get leave to pass.
   */
  private static void giveToNobody(Path run, Path data) throws IOException {
    try (var paths = Files.walk(run)) {
      for (Path path : paths.toList()) {
        give(path);
      }
    }
    give(data);
    Path temporary = run.getParent();
    for (@Nullable Path folder = data.getParent();
        folder != null && folder.startsWith(temporary) && !folder.equals(temporary);
        folder = folder.getParent()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  private static void give(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", NOBODY);
    Files.setAttribute(path, "unix:gid", NOBODY);
  }

  private static Process launch(Path home, Path run, Path data, int httpPort, AfterClose afterClose)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (ElasticsearchDistribution.runsAsRoot()) {
      command.addAll(
          List.of(
              "setpriv",
              "--reuid=" + NOBODY,
              "--regid=" + NOBODY,
              "--clear-groups",
              "--no-new-privs"));
    }
    command.addAll(List.of("sh", "-c", WATCHDOG, "vigie-elasticsearch"));
    command.addAll(List.of(run.toString(), data.toString(), afterClose.name()));
    command.add(home.resolve("bin/elasticsearch").toString());
    settings(run, data, httpPort).forEach((key, value) -> command.add("-E" + key + "=" + value));

    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(run.resolve("tmp").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(Set.of("PATH", "LANG", "LC_ALL", "TZ"));
    environment.put("HOME", run.resolve("tmp").toString());
    environment.put("ES_JAVA_HOME", System.getProperty("java.home"));
    environment.put("ES_JAVA_OPTS", "-Xms512m -Xmx512m");
    environment.put("ES_PATH_CONF", run.resolve("config").toString());
    environment.put("ES_TMPDIR", run.resolve("tmp").toString());
    return builder.start();
  }

  private static Map<String, String> settings(Path run, Path data, int httpPort) {
    return Map.of(
        "cluster.name", "vigie",
        "discovery.type", "single-node",
        "network.host", "127.0.0.1",
        "http.port", Integer.toString(httpPort),
        "transport.port", "0",
        "node.portsfile", "true",
        "path.data", data.toString(),
        "path.logs", run.resolve("logs").toString(),
        "xpack.security.enabled", "false",
        "cluster.routing.allocation.disk.threshold_enabled", "false");
  }
}
