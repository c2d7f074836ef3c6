package io.vigie.tests;

import io.vigie.cli.VigieCommand;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line in a process of its own, which can be killed. */
final class Engine implements AutoCloseable {
  private final JavaProcess process;

  private Engine(JavaProcess process) {
    this.process = process;
  }

  static Engine start(Path folder, String... arguments) throws IOException {
    return new Engine(
        JavaProcess.start(
            folder,
            List.of("-Xmx1g"),
            JavaProcess.CLASS_PATH,
            Map.of(),
            VigieCommand.class,
            List.of(arguments)));
  }

  /** Where {@code vigie run} says that Flink's page is; waits until it does. */
  FlinkPage page() throws IOException, InterruptedException {
    Waiting.until("Flink's page", () -> output().contains("Flink's page is "), this::output);
    return new FlinkPage(URI.create(output().replaceAll("(?s).*Flink's page is (\\S+).*", "$1")));
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  int awaitExit() throws InterruptedException, IOException {
    return process.awaitExit();
  }

  String output() throws IOException {
    return process.output();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
