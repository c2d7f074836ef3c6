package io.vigie.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads all that a child process prints, so that it never blocks, and remembers the last lines that
 * are no stack frames.
 */
final class OutputTail {
  private static final int LINES = 30;
  private static final int LINE_LENGTH = 500;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Thread reader;

  OutputTail(Process process) {
    reader = new Thread(() -> drain(process.getInputStream()), "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** The last lines of a process that has ended, or what it said so far. */
  String text() throws InterruptedException {
    reader.join(5_000);
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  private void drain(InputStream output) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isBlank() || line.startsWith("\t")) {
          continue;
        }
        remember(line.length() > LINE_LENGTH ? line.substring(0, LINE_LENGTH) + "…" : line);
      }
    } catch (IOException e) {
      remember("(its output ended: " + e.getMessage() + ")");
    }
  }

  private void remember(String line) {
    synchronized (lines) {
      lines.addLast(line);
      if (lines.size() > LINES) {
        lines.removeFirst();
      }
    }
  }
}
