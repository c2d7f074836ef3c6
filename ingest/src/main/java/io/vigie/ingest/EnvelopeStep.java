package io.vigie.ingest;

/** One way in which sources wrap their events; a step that does not fit a record is left out. */
sealed interface EnvelopeStep {
  /** The record is a gzip stream. */
  record Gzip() implements EnvelopeStep {}

  /**
   * The record is an object, and the events are the elements of an array in it.
   *
   * @param key the object's key; empty where the record is the array itself
   */
  record ArrayAt(String key) implements EnvelopeStep {}

  /** The record is an object, and the event is an object in it. */
  record ObjectAt(String key) implements EnvelopeStep {}

  /**
   * The record is an object, and the event is a text in it: JSON, or text in the source's format.
   * An event that is text keeps the object's other members where it has no values of that name.
   */
  record TextAt(String key) implements EnvelopeStep {}

  /** The record is lines of text or JSON, each of which is opened by itself. */
  record Lines() implements EnvelopeStep {}

  /** The record is an object that says by this text that it holds no event. */
  record Nothing(String key, String text) implements EnvelopeStep {}
}
