package io.vigie.ingest;

/** A look at a JSON text that saves reading it where it finds nothing. */
@FunctionalInterface
public interface TextLook {
  /**
   * Whether what is looked for may be in the text. It must not change the bytes.
   *
   * @param to behind the last byte of the text
   */
  boolean mayHold(byte[] bytes, int from, int to);
}
