package io.vigie.job.sink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One write to Elasticsearch. It is safe to write it again: a first revision is created only where
 * its id does not exist, a later one replaces fields by absolute values.
 *
 * @param index where it belongs; a function of the document's own time, so that an id never lies in
 *     two indices
 * @param id the document's id, at most 512 bytes in UTF-8
 * @param revision 0 for the first version of a document, larger for later ones
 * @param create the whole document of this revision, one JSON object in UTF-8
 * @param update what this revision changes, one JSON object in UTF-8 with absolute values, merged
 *     into the stored document; null when there is nothing but {@code create}
 */
public record SinkDocument(
    String index, String id, long revision, byte[] create, byte @Nullable [] update)
    implements Serializable {

  /** A document that never changes. */
  public static SinkDocument first(String index, String id, byte[] create) {
    return new SinkDocument(index, id, 0, create, null);
  }

  /**
   * What to merge into a stored document; null when the document may only be created. Fields that
   * it does not name, such as an analyst's triage, stay as they are.
   */
  byte @Nullable [] merge() {
    return revision > 0 ? update : null;
  }

  /** Names the document, never its content. */
  @Override
  public String toString() {
    return index + "/" + id + " revision " + revision;
  }
}
