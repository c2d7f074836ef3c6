package io.vigie.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The real Kafka broker, with its KRaft controller, inside this JVM: one node, loopback only,
 * without authentication. It ends with {@link #close()} and with this JVM.
 *
 * <p>Topics are not made by using them. Data is never deleted for its age (simulated events may lie
 * in the past), but each partition keeps at most 1 GiB.
 */
public final class EmbeddedKafka implements AutoCloseable {
  /** The largest record batch, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 16 << 20;

  private static final String LOOPBACK = "127.0.0.1";
  private static final String PATIENCE_MS = "120000";

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final Path data;
  private final AfterClose afterClose;
  private final FileChannel lock;
  private final Thread hook;
  private boolean up;
  private boolean closed;

  private EmbeddedKafka(
      KafkaRaftServer server,
      String bootstrapServers,
      Path data,
      AfterClose afterClose,
      FileChannel lock) {
    this.server = server;
    this.lock = lock;
    this.bootstrapServers = bootstrapServers;
    this.data = data;
    this.afterClose = afterClose;
    this.hook = new Thread(this::close, "stop Kafka");
  }

  /** As {@link #start(Path, int, AfterClose)}; the data folder is kept. */
  public static EmbeddedKafka start(Path dataFolder, int port) throws IOException {
    return start(dataFolder, port, AfterClose.KEEP_DATA);
  }

  /**
   * Starts the broker and waits until it serves, which takes a few seconds.
   *
   * @param dataFolder made when absent; on a kept one the broker continues with its data
   * @param port where clients connect; 0 picks a free one
   * @param afterClose what becomes of the data folder
   * @throws IOException with a message for people: what failed and what to do
   */
  public static EmbeddedKafka start(Path dataFolder, int port, AfterClose afterClose)
      throws IOException {
    Path data = Files.createDirectories(dataFolder).toRealPath();
    String clients;
    String controller;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket free = new ServerSocket(0, 1, loopback);
        ServerSocket alsoFree = new ServerSocket(0, 1, loopback)) {
      clients = LOOPBACK + ":" + (port == 0 ? free.getLocalPort() : port);
      controller = LOOPBACK + ":" + alsoFree.getLocalPort();
    }
    FileChannel lock = lock(data);
    try {
      format(data);
      KafkaRaftServer server =
          new KafkaRaftServer(new KafkaConfig(settings(data, clients, controller)), Time.SYSTEM);
      EmbeddedKafka kafka = new EmbeddedKafka(server, clients, data, afterClose, lock);
      kafka.startup();
      return kafka;
    } catch (Exception e) {
      lock.close();
      throw new IOException(
          "Kafka could not start on "
              + clients
              + " with data in "
              + data
              + ":\n"
              + rootCause(e).getMessage()
              + "\nChoose another port if that one is taken; the folder must be writable and not in"
              + " use by another broker; delete it if its data is no longer wanted.",
          e);
    }
  }

  /**
   * Kafka's own lock comes late: a second broker on a folder in use first reads a log that the
   * other is writing, finds it corrupt, and ends the whole process.
   */
  private static FileChannel lock(Path data) throws IOException {
    FileChannel channel =
        FileChannel.open(
            data.resolve("vigie.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException inThisProcess) {
      // Told below, as where another process holds it.
    }
    channel.close();
    throw new IOException(
        "Kafka could not start: the folder "
            + data
            + " is in use by another broker; stop that one, or choose another folder.");
  }

  /** What a client gives as {@code bootstrap.servers}: {@code 127.0.0.1:PORT}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Makes a topic. One that exists stays as it is.
   *
   * @throws IOException when the broker refuses the name or the number, or does not answer
   */
  public void createTopic(String name, int partitions) throws IOException, InterruptedException {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    try (Admin admin = Admin.create(settings)) {
      admin
          .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return;
      }
      throw new IOException("Kafka did not make the topic " + name + ": " + e.getMessage(), e);
    }
  }

  /** Stops the broker and waits for its end. */
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

  private void startup() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      server.startup();
      up = true;
    } finally {
      if (!up) {
        close();
      }
    }
  }

  private void stop() {
    server.shutdown();
    server.awaitShutdown();
    try {
      lock.close();
    } catch (IOException e) {
      System.err.println("Kafka's folder stays locked until this process ends: " + e);
    }
    if (afterClose == AfterClose.KEEP_DATA || !up) {
      return;
    }
    try {
      Folders.delete(data);
    } catch (IOException e) {
      System.err.println("Kafka left something behind: " + e);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static void format(Path data) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream silence =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silence)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .setControllerListenerName("CONTROLLER")
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .run();
    }
  }

  private static Map<String, String> settings(Path data, String clients, String controller) {
    String largest = Integer.toString(MAX_MESSAGE_BYTES);
    return Map.ofEntries(
        Map.entry("node.id", "1"),
        Map.entry("process.roles", "broker,controller"),
        Map.entry("listeners", "PLAINTEXT://" + clients + ",CONTROLLER://" + controller),
        Map.entry("advertised.listeners", "PLAINTEXT://" + clients),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("controller.quorum.voters", "1@" + controller),
        Map.entry("log.dirs", data.toString()),
        Map.entry("log.retention.ms", "-1"),
        Map.entry("log.retention.bytes", Long.toString(1L << 30)),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("message.max.bytes", largest),
        Map.entry("replica.fetch.max.bytes", largest),
        Map.entry("default.replication.factor", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("initial.broker.registration.timeout.ms", PATIENCE_MS),
        Map.entry("server.max.startup.time.ms", PATIENCE_MS));
  }
}
