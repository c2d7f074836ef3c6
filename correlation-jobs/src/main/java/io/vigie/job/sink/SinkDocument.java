package io.vigie.job.sink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One write to Elasticsearch. It is safe to write it again, late, and after a newer one: a document
 * that never changes is created only where its id does not exist, one that changes replaces fields
 * by absolute values where no larger revision is stored.
 *
 * @param index where it belongs; a function of the document's own time, so that an id never lies in
 *     two indices
 * @param id the document's id, at most 512 bytes in UTF-8
 * @param revision the larger, the more the document says. It follows from what the document says
 *     and never from how often it was written before, which a run that goes on from a checkpoint
 *     counts otherwise. It also stands in the document, as {@code vigie.alert.revision}
 * @param create the whole document of this revision, one JSON object in UTF-8
 * @param update what to merge into a stored document, one JSON object in UTF-8 with absolute values
 *     of all that may differ between revisions; fields that it does not name, such as an analyst's
 *     triage, stay as they are. Null when the document never changes
 */
public record SinkDocument(
    String index, String id, long revision, byte[] create, byte @Nullable [] update)
    implements Serializable {

  /** A document that never changes. */
  public static SinkDocument first(String index, String id, byte[] create) {
    return new SinkDocument(index, id, 0, create, null);
  }

  /** Names the document, never its content. */
  @Override
  public String toString() {
    return index + "/" + id + " revision " + revision;
  }
}
