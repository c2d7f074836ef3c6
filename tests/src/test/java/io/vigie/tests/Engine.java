package io.vigie.tests;

import io.vigie.cli.VigieCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own, which can be killed. */
final class Engine {
  private final Process process;
  private final Path log;

  private Engine(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Engine start(Path folder, String... arguments) throws IOException {
    Path log = Files.createTempFile(folder, "vigie", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(VigieCommand.class.getName());
    command.addAll(List.of(arguments));
    return new Engine(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  int awaitExit() throws InterruptedException, IOException {
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the engine does not end; it said:\n" + output());
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  boolean isAlive() {
    return process.isAlive();
  }
}
