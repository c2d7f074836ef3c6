package io.vigie.embedded;

/** What becomes of a server's data folder when the server is closed. */
public enum AfterClose {
  /** The next start on the same folder continues with its data. */
  KEEP_DATA,
  /** The folder goes with the server, on Ctrl-C too. */
  DELETE_DATA
}
