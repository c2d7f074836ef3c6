package io.vigie.tests;

import java.io.IOException;

/** What a process is told that hangs, or wakes up again. */
final class Signals {
  private Signals() {}

  /** The process does nothing any more; its connections stay open. */
  static void stop(long pid) throws IOException, InterruptedException {
    send("-STOP", pid);
  }

  /** The process goes on as if no time had passed. */
  static void resume(long pid) throws IOException, InterruptedException {
    send("-CONT", pid);
  }

  private static void send(String signal, long pid) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    if (code != 0) {
      throw new IOException("kill " + signal + " " + pid + " ended with " + code);
    }
  }
}
