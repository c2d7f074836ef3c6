package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The bulk protocol in memory, and looking up what is there. A planned fault befalls one request
 * each, in order; a document with {@code "bad":true} is refused with 400; the first write of an id
 * in {@link #busyOnce} gets 429.
 */
final class FakeElasticsearch implements AutoCloseable {
  /** What befalls a whole request. */
  enum Fault {
    NONE,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    NO_ANSWER_BEFORE_WRITING,
    NO_ANSWER_AFTER_WRITING,
    NONSENSE,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    MISSING_INDEX
  }

  private static final JsonMapper JSON = new JsonMapper();

  final Deque<Fault> faults = new ArrayDeque<>();
  final Set<String> busyOnce = new HashSet<>();
  final Map<String, JsonNode> stored = new TreeMap<>();

  /** How often each id was created or merged. */
  final Map<String, Integer> writes = new HashMap<>();

  /** The ids of each bulk request, in order. */
  final List<List<String>> requests = new ArrayList<>();

  /** What happens between the next look at documents and their change. */
  Runnable afterNextLook = () -> {};

  /** Anything else than looking up and bulk requests: method and path. */
  final List<String> others = new ArrayList<>();

  int largestBody = Integer.MAX_VALUE;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FakeElasticsearch() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  synchronized int requestCount() {
    return requests.size();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestURI().getPath().equals("/_mget")) {
      answer(exchange, 200, look(body));
      Runnable meanwhile = afterNextLook;
      afterNextLook = () -> {};
      meanwhile.run();
      return;
    }
    Fault fault = faults.isEmpty() ? Fault.NONE : faults.poll();
    if (!exchange.getRequestURI().getPath().equals("/_bulk")) {
      others.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
    }
    switch (fault) {
      case TOO_MANY_REQUESTS -> answer(exchange, 429, error("es_rejected_execution_exception"));
      case UNAVAILABLE -> answer(exchange, 503, error("unavailable"));
      case UNAUTHORIZED -> answer(exchange, 401, error("unable to authenticate user [vigie]"));
      case FORBIDDEN -> answer(exchange, 403, error("action is unauthorized"));
      case NOT_FOUND -> answer(exchange, 404, error("no handler"));
      case NONSENSE -> answer(exchange, 200, "<html>welcome</html>");
      case NO_ANSWER_BEFORE_WRITING -> exchange.close();
      case NO_ANSWER_AFTER_WRITING -> {
        write(body, false);
        exchange.close();
      }
      case MISSING_INDEX -> answer(exchange, 200, write(body, true));
      case NONE -> {
        if (!exchange.getRequestURI().getPath().equals("/_bulk")) {
          answer(exchange, 200, "{\"acknowledged\":true}");
        } else if (body.length > largestBody) {
          requests.add(List.of("too large"));
          answer(exchange, 413, "");
        } else {
          answer(exchange, 200, write(body, false));
        }
      }
    }
  }

  private static String error(String reason) {
    return "{\"error\":{\"type\":\"x\",\"reason\":\"" + reason + "\"},\"status\":0}";
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String look(byte[] body) throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode docs = answer.putArray("docs");
    for (JsonNode asked : JSON.readTree(body).path("docs")) {
      String id = asked.path("_id").textValue();
      JsonNode there = stored.get(id);
      ObjectNode doc = docs.addObject().put("found", there != null);
      if (there != null) {
        doc.put("_seq_no", writes.getOrDefault(id, 0)).put("_primary_term", 1);
        doc.set("_source", there);
      }
    }
    return answer.toString();
  }

  private String write(byte[] body, boolean indexMissing) throws JsonProcessingException {
    String[] lines = new String(body, UTF_8).split("\n", -1);
    List<String> ids = new ArrayList<>();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode items = JSON.createArrayNode();
    boolean errors = false;
    for (int i = 0; i + 1 < lines.length; i += 2) {
      Map.Entry<String, JsonNode> action = JSON.readTree(lines[i]).properties().iterator().next();
      String id = action.getValue().path("_id").textValue();
      ids.add(id);
      int status = indexMissing ? 404 : write(action, id, JSON.readTree(lines[i + 1]));
      errors |= status >= 300;
      ObjectNode item = items.addObject().putObject(action.getKey()).put("status", status);
      if (status >= 300) {
        item.putObject("error").put("type", "type_" + status).put("reason", "reason " + status);
      }
    }
    requests.add(ids);
    answer.put("errors", errors);
    if (errors) {
      answer.set("items", items);
    }
    return answer.toString();
  }

  private int write(Map.Entry<String, JsonNode> action, String id, JsonNode source) {
    if (busyOnce.remove(id)) {
      return 429;
    }
    if (source.path("bad").asBoolean()) {
      return 400;
    }
    boolean update = action.getKey().equals("update");
    JsonNode old = stored.get(id);
    if (update && old == null) {
      return 404;
    }
    boolean unchanged = action.getValue().path("if_seq_no").asInt(-1) == writes.getOrDefault(id, 0);
    if (old != null && !(update && unchanged)) {
      return 409;
    }
    writes.merge(id, 1, Integer::sum);
    if (old == null) {
      stored.put(id, source);
      return 201;
    }
    merge((ObjectNode) old, (ObjectNode) source.path("doc"));
    return 200;
  }

  /** What somebody else writes. */
  synchronized void change(String id, String update) throws JsonProcessingException {
    writes.merge(id, 1, Integer::sum);
    merge((ObjectNode) stored.get(id), (ObjectNode) JSON.readTree(update));
  }

  private static void merge(ObjectNode old, ObjectNode update) {
    update
        .properties()
        .forEach(
            entry -> {
              if (old.get(entry.getKey()) instanceof ObjectNode inner
                  && entry.getValue() instanceof ObjectNode newer) {
                merge(inner, newer);
              } else {
                old.set(entry.getKey(), entry.getValue());
              }
            });
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
