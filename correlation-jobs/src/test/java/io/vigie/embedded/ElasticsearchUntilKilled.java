package io.vigie.embedded;

import java.nio.file.Path;

/** A JVM that starts Elasticsearch, says where, and waits for its own violent end. */
final class ElasticsearchUntilKilled {
  private ElasticsearchUntilKilled() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedElasticsearch server =
        EmbeddedElasticsearch.start(Path.of(arguments[0]), 0, System.err::println);
    System.out.println(server.runFolder());
    Thread.sleep(Long.MAX_VALUE);
  }
}
