package io.vigie.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** What came of the cases of rule files. */
final class TestReport {
  private final List<FileResult> files = new ArrayList<>();

  /**
   * A case that was run.
   *
   * @param failure why it failed, in lines; empty where it passed
   */
  record CaseResult(String name, List<String> failure, Duration took) {
    private String seconds() {
      return String.format(Locale.ROOT, "%.3f", took.toNanos() / 1e9);
    }
  }

  /**
   * A rule file.
   *
   * @param problems why it has no cases that could be run
   */
  record FileResult(String name, List<String> problems, List<CaseResult> cases) {
    /** Whether the file or one of its cases is at fault. */
    boolean isAtFault() {
      return !problems.isEmpty() || cases.stream().anyMatch(each -> !each.failure().isEmpty());
    }
  }

  void add(FileResult file) {
    files.add(file);
  }

  long passed() {
    return cases().filter(each -> each.failure().isEmpty()).count();
  }

  long failed() {
    return cases().count() - passed();
  }

  private Stream<CaseResult> cases() {
    return files.stream().flatMap(file -> file.cases().stream());
  }

  /** One file as a test runner tells it. */
  static void print(FileResult file, PrintWriter out) {
    file.problems().forEach(out::println);
    if (file.cases().isEmpty()) {
      return;
    }
    out.println(file.name());
    for (CaseResult each : file.cases()) {
      out.printf(
          Locale.ROOT,
          "  %-6s  %s (%d ms)%n",
          each.failure().isEmpty() ? "ok" : "FAILED",
          each.name(),
          each.took().toMillis());
      each.failure().forEach(line -> out.println("          " + line));
    }
    out.flush();
  }

  /** The last lines: what failed, and how many of each there were. */
  void printSummary(PrintWriter out) {
    for (FileResult file : files) {
      for (CaseResult each : file.cases()) {
        if (!each.failure().isEmpty() && cases().count() > 1) {
          out.println("FAILED  " + file.name() + ": " + each.name());
        }
      }
    }
    Duration took = cases().map(CaseResult::took).reduce(Duration.ZERO, Duration::plus);
    out.printf(
        Locale.ROOT,
        "%d passed, %d failed, %d files, %.1f s%n",
        passed(),
        failed(),
        files.size(),
        took.toNanos() / 1e9);
  }

  /**
   * As JUnit writes it, which build servers read: one suite for each file, one case for each case,
   * a file that cannot be read as a case with an error.
   */
  String junit() throws XMLStreamException {
    StringWriter text = new StringWriter();
    XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    for (FileResult file : files) {
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", legal(file.name()));
      int broken = file.problems().isEmpty() ? 0 : 1;
      xml.writeAttribute("tests", String.valueOf(file.cases().size() + broken));
      xml.writeAttribute(
          "failures",
          String.valueOf(file.cases().stream().filter(each -> !each.failure().isEmpty()).count()));
      xml.writeAttribute("errors", String.valueOf(broken));
      if (broken > 0) {
        writeCase(xml, file.name(), "the file can be read", "0.000", "error", file.problems());
      }
      for (CaseResult each : file.cases()) {
        writeCase(xml, file.name(), each.name(), each.seconds(), "failure", each.failure());
      }
      xml.writeCharacters("\n  ");
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.close();
    return text.toString();
  }

  private static void writeCase(
      XMLStreamWriter xml,
      String file,
      String name,
      String seconds,
      String element,
      List<String> lines)
      throws XMLStreamException {
    xml.writeCharacters("\n    ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", legal(file));
    xml.writeAttribute("name", legal(name));
    xml.writeAttribute("time", seconds);
    if (!lines.isEmpty()) {
      xml.writeStartElement(element);
      xml.writeAttribute("message", legal(lines.get(0)));
      xml.writeCharacters(legal(String.join("\n", lines)));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  /** Without characters that XML cannot hold. */
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder();
    text.codePoints()
        .map(
            c ->
                c == '\n' || c == '\t' || (c >= ' ' && !isSurrogate(c) && c < 0xFFFE) || c > 0xFFFF
                    ? c
                    : '\uFFFD')
        .forEach(legal::appendCodePoint);
    return legal.toString();
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }
}
