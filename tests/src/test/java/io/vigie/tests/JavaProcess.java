package io.vigie.tests;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM which can be killed, or stopped for a while. It ends with this JVM, however this one ends.
 */
final class JavaProcess implements AutoCloseable {
  /** That of the tests. */
  static final List<String> CLASS_PATH =
      List.of(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
              .split(File.pathSeparator, -1));

  private final Process process;
  private final Path log;
  private final Thread hook;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly, "kill " + process.pid());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts it.
   *
   * @param folder where what it prints is kept
   * @param options of Java
   * @param classPath entries of {@link #CLASS_PATH}
   */
  static JavaProcess start(
      Path folder,
      List<String> options,
      List<String> classPath,
      Map<String, String> environment,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    Path log = Files.createTempFile(folder, main.getSimpleName(), ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Most of them do not live long enough to be worth the optimising compiler.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath));
    command.add(UntilOrphaned.class.getName());
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new JavaProcess(builder.start(), log);
  }

  /** Runs a main class, and ends when nobody holds the other end of standard input any more. */
  static final class UntilOrphaned {
    private UntilOrphaned() {}

    public static void main(String[] arguments) throws Exception {
      InputStream parent = System.in;
      Thread watch =
          new Thread(
              () -> {
                try {
                  parent.transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                  // As good as the end.
                }
                Runtime.getRuntime().halt(1);
              },
              "until orphaned");
      watch.setDaemon(true);
      watch.start();
      List<String> rest = List.of(arguments).subList(1, arguments.length);
      Class.forName(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) rest.toArray(String[]::new));
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  int awaitExit() throws InterruptedException, IOException {
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the process does not end; it said:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
