package io.vigie.job.sink;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked with {@code _mget} before documents are changed, and what the answer means. */
final class StoredRevisions {
  /** Leaves out of the answer what nobody reads here. */
  static final String ANSWER_FILTER =
      "docs.found,docs._seq_no,docs._primary_term,docs._source,docs.error.type,docs.error.reason";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String FIELD = "vigie.alert.revision";
  private static final JsonPointer REVISION = JsonPointer.compile("/vigie/alert/revision");

  /** Under an id where nothing lies. */
  static final Stored NOTHING = new Stored(-1, -1, Long.MIN_VALUE);

  private StoredRevisions() {}

  /**
   * What lies in Elasticsearch under a document's id.
   *
   * @param seqNo with {@code primaryTerm} names the write that made it so; -1 when nothing is there
   * @param revision the smallest possible when none is written in it
   */
  record Stored(long seqNo, long primaryTerm, long revision) {
    boolean isThere() {
      return seqNo >= 0;
    }
  }

  /**
   * The answer about one document.
   *
   * @param refusal why Elasticsearch does not say; null when it says
   */
  record Answer(Stored stored, @Nullable String refusal) {}

  static byte[] question(List<SinkDocument> documents) throws IOException {
    ObjectNode question = JSON.createObjectNode();
    ArrayNode docs = question.putArray("docs");
    for (SinkDocument document : documents) {
      docs.addObject()
          .put("_index", document.index())
          .put("_id", document.id())
          .put("_source", FIELD);
    }
    return JSON.writeValueAsBytes(question);
  }

  /**
   * The answers about the documents of a question, in their order.
   *
   * @throws IOException when this is no answer to that question, or the server cannot say now
   */
  static List<Answer> answers(InputStream body, int documents) throws IOException {
    List<Answer> answers = new ArrayList<>(documents);
    for (JsonNode doc : JSON.readTree(body).path("docs")) {
      answers.add(answer(doc));
    }
    if (answers.size() != documents) {
      throw new IOException("not an answer about " + documents + " documents");
    }
    return answers;
  }

  private static Answer answer(JsonNode doc) throws IOException {
    String error = doc.at("/error/type").asText("");
    if (error.equals("security_exception")) {
      return new Answer(NOTHING, doc.at("/error/reason").asText(""));
    }
    // The first write of a month makes its index.
    if (!error.isEmpty() && !error.equals("index_not_found_exception")) {
      throw new IOException(error + ": " + doc.at("/error/reason").asText(""));
    }
    if (!doc.path("found").asBoolean()) {
      return new Answer(NOTHING, null);
    }
    return new Answer(
        new Stored(
            doc.path("_seq_no").longValue(),
            doc.path("_primary_term").longValue(),
            doc.path("_source").at(REVISION).asLong(Long.MIN_VALUE)),
        null);
  }
}
