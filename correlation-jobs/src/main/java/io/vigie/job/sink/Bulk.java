package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigie.job.sink.StoredRevisions.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is said to Elasticsearch's {@code _bulk} and what its answer means. Documents pass through
 * as the bytes they are.
 */
final class Bulk {
  /** Leaves out of the answer what nobody reads here. */
  static final String ANSWER_FILTER =
      "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason";

  private static final JsonMapper JSON = new JsonMapper();
  private static final int REASON_LENGTH = 2_000;
  private static final long ACTION_SIZE = 256;
  private static final long MAX_GUESS = 256 << 20;
  private static final byte[] CREATE = "{\"create\":{\"_index\":\"".getBytes(UTF_8);
  private static final byte[] CREATE_END = "\"}}\n".getBytes(UTF_8);
  private static final byte[] UPDATE = "{\"update\":{\"_index\":\"".getBytes(UTF_8);
  private static final byte[] ID = "\",\"_id\":\"".getBytes(UTF_8);
  private static final byte[] DOC = "{\"doc\":".getBytes(UTF_8);

  private Bulk() {}

  /** A document, and what lies under its id. */
  record Write(SinkDocument document, Stored stored) {
    /** A document that never changes; what lies there makes no difference. */
    static Write unseen(SinkDocument document) {
      return new Write(document, StoredRevisions.NOTHING);
    }

    boolean creates() {
      return !stored.isThere();
    }
  }

  /** What becomes of a document after an answer. */
  enum Fate {
    WRITTEN,
    ALREADY_THERE,
    /** The server is busy or ill: the same write may succeed later. */
    RETRY,
    /** This document will never be taken, others will. */
    REJECTED,
    /** No document will be taken until somebody changes a setting. */
    UNUSABLE
  }

  /**
   * The answer to one document.
   *
   * @param status HTTP status
   * @param type Elasticsearch's name of the error; empty without error
   * @param reason what Elasticsearch said; empty without error
   */
  record Item(int status, String type, String reason) {
    Fate fate(SinkDocument document) {
      if (status < 300) {
        return Fate.WRITTEN;
      }
      // Of a document that changes: somebody wrote or deleted it since it was looked at.
      if (status == 409 || type.equals("document_missing_exception")) {
        return document.update() == null ? Fate.ALREADY_THERE : Fate.RETRY;
      }
      if (isBusy(status)) {
        return Fate.RETRY;
      }
      // A cluster that may have no more shards answers the first write of a month with 400.
      if (type.equals("validation_exception")) {
        return Fate.RETRY;
      }
      return switch (status) {
        case 401, 403, 404 -> Fate.UNUSABLE;
        default -> Fate.REJECTED;
      };
    }
  }

  /** Whether a status, of a request or of a document, says that trying again will help. */
  static boolean isBusy(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  /** The body of a request. */
  static byte[] body(List<Write> writes) {
    long size = writes.stream().mapToLong(write -> sizeOf(write.document()) + ACTION_SIZE).sum();
    ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(size, MAX_GUESS));
    for (Write write : writes) {
      SinkDocument document = write.document();
      byte[] update = write.creates() ? null : document.update();
      body.writeBytes(update == null ? CREATE : UPDATE);
      body.writeBytes(escaped(document.index()));
      body.writeBytes(ID);
      body.writeBytes(escaped(document.id()));
      if (update == null) {
        body.writeBytes(CREATE_END);
        writeOnOneLine(document.create(), body);
      } else {
        body.writeBytes(unchangedSince(write.stored()));
        body.writeBytes(DOC);
        writeOnOneLine(update, body);
        body.write('}');
      }
      body.write('\n');
    }
    return body.toByteArray();
  }

  private static byte[] unchangedSince(Stored stored) {
    return "\",\"if_seq_no\":%d,\"if_primary_term\":%d}}\n"
        .formatted(stored.seqNo(), stored.primaryTerm())
        .getBytes(UTF_8);
  }

  /** What a document adds to a request, in bytes, without its action line. */
  static long sizeOf(SinkDocument document) {
    byte[] update = document.update();
    return document.create().length + (update == null ? 0L : update.length);
  }

  private static byte[] escaped(String text) {
    return JsonStringEncoder.getInstance().quoteAsUTF8(text);
  }

  // In JSON a line break can only stand between tokens, where a space means the same; in a bulk
  // body it would end the document.
  private static void writeOnOneLine(byte[] json, ByteArrayOutputStream body) {
    int from = 0;
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n') {
        body.write(json, from, i - from);
        body.write(' ');
        from = i + 1;
      }
    }
    body.write(json, from, json.length - from);
  }

  /**
   * The answers to the documents of a request, in their order.
   *
   * @throws IOException when this is no answer to that many documents
   */
  static List<Item> answers(InputStream answer, int documents) throws IOException {
    JsonNode root = JSON.readTree(answer);
    if (root.path("errors").isBoolean() && !root.path("errors").booleanValue()) {
      Item written = new Item(200, "", "");
      return Collections.nCopies(documents, written);
    }
    List<Item> items = new ArrayList<>(documents);
    for (JsonNode item : root.path("items")) {
      for (JsonNode action : item) {
        items.add(
            new Item(
                action.path("status").intValue(),
                action.at("/error/type").asText(""),
                reason(action.path("error"))));
      }
    }
    if (items.size() != documents || items.stream().anyMatch(item -> item.status() < 200)) {
      throw new IOException("not an answer to a bulk request of " + documents + " documents");
    }
    return items;
  }

  /** What Elasticsearch said about a request that it refused; the start of it if it is no JSON. */
  static String refusal(String body) {
    try {
      JsonNode error = JSON.readTree(body).path("error");
      if (error.isTextual()) {
        return shortened(error.textValue());
      }
      if (error.isObject()) {
        return reason(error);
      }
    } catch (JsonProcessingException e) {
      // Not from Elasticsearch itself, but from something in between.
    }
    return shortened(body.strip());
  }

  private static String reason(JsonNode error) {
    String reason = error.path("reason").asText("");
    String cause = error.at("/caused_by/reason").asText("");
    return shortened(cause.isEmpty() ? reason : reason + ": " + cause);
  }

  private static String shortened(String text) {
    return text.length() <= REASON_LENGTH ? text : text.substring(0, REASON_LENGTH);
  }
}
