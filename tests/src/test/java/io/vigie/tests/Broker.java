package io.vigie.tests;

import io.vigie.embedded.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Kafka in a process of its own, which can be killed and started again with what it had. */
final class Broker implements AutoCloseable {
  private static final String SERVES = "Kafka serves";

  private final Path folder;
  private final int port;
  private JavaProcess process;

  private Broker(Path folder, int port, JavaProcess process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Each topic gets two partitions. */
  static Broker start(Path folder, List<String> topics) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return new Broker(folder, port, launch(folder, port, topics));
  }

  private static JavaProcess launch(Path folder, int port, List<String> topics)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("kafka").toString());
    arguments.add(Integer.toString(port));
    arguments.addAll(topics);
    JavaProcess process =
        JavaProcess.start(
            folder,
            List.of("-Xmx512m"),
            JavaProcess.CLASS_PATH,
            Map.of(),
            Serving.class,
            arguments);
    Waiting.until("Kafka", () -> process.output().contains(SERVES), process::output);
    return process;
  }

  /** The process. */
  static final class Serving {
    private Serving() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedKafka kafka =
          EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
      for (String topic : List.of(arguments).subList(2, arguments.length)) {
        kafka.createTopic(topic, 2);
      }
      System.out.println(SERVES);
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  long pid() {
    return process.pid();
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    process.close();
  }

  /** On the same port with the same data. */
  void startAgain() throws IOException, InterruptedException {
    process = launch(folder, port, List.of());
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
