package io.vigie.job.sink;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Dead letters in this JVM's memory, found again by a name that survives serialisation. */
final class RememberedDeadLetters {
  private static final String REFUSE = "refuse";
  private static final Map<String, List<String>> BY_NAME = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();

  /** The next dead letter cannot be kept, the same one later can. */
  void refuseNext() {
    list(name).add(REFUSE);
  }

  DeadLetters.Factory factory() {
    String of = name;
    return () -> new InMemory(list(of));
  }

  /** Id and status of each. */
  List<String> letters() {
    return list(name);
  }

  private static List<String> list(String name) {
    return BY_NAME.computeIfAbsent(name, unused -> new CopyOnWriteArrayList<>());
  }

  private record InMemory(List<String> letters) implements DeadLetters {
    @Override
    public void accept(SinkDocument document, int status, String reason) throws IOException {
      if (letters.remove(REFUSE)) {
        throw new IOException("planned");
      }
      letters.add(document.id() + " " + status);
    }

    @Override
    public void close() {}
  }
}
