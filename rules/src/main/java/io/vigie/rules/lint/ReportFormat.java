package io.vigie.rules.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import io.vigie.yaml.Snippet;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** How problems of rule files are told: to a person, or to a program. */
public enum ReportFormat {
  /**
   * For a person: each problem with its line and a mark under the column. What is merely worth
   * saying about a file waits until its errors are gone.
   */
  TEXT {
    @Override
    public String of(List<Problem> problems, RulePack pack) {
      Map<String, List<String>> lines =
          pack.files().stream()
              .collect(Collectors.toMap(RulePack.File::name, ReportFormat::lines, (a, b) -> a));
      Set<String> broken =
          problems.stream()
              .filter(problem -> problem.severity() == Severity.ERROR)
              .map(Problem::file)
              .collect(Collectors.toSet());
      StringBuilder text = new StringBuilder();
      int waiting = 0;
      for (Problem problem : problems) {
        if (problem.severity() == Severity.NOTE && broken.contains(problem.file())) {
          waiting++;
          continue;
        }
        text.append(head(problem)).append('\n');
        for (String line :
            Snippet.of(lines.getOrDefault(problem.file(), List.of()), problem.place())) {
          text.append("    ").append(line).append('\n');
        }
        if (!problem.suggestion().isEmpty()) {
          text.append("    ").append(problem.suggestion()).append('\n');
        }
      }
      if (waiting > 0) {
        text.append("Of files with errors, notes are left out: ").append(waiting).append('\n');
      }
      return text.toString();
    }
  },

  /** A list of {@code {file, line, column, severity, code, message, suggestion}}. */
  JSON {
    @Override
    public String of(List<Problem> problems, RulePack pack) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (Problem problem : problems) {
        list.addObject()
            .put("file", problem.file())
            .put("line", problem.place().line())
            .put("column", problem.place().column())
            .put("severity", problem.severity().word())
            .put("code", problem.code())
            .put("message", problem.message())
            .put("suggestion", problem.suggestion());
      }
      return print(list);
    }
  },

  /** Source: OASIS, Static Analysis Results Interchange Format 2.1.0. */
  SARIF {
    @Override
    public String of(List<Problem> problems, RulePack pack) {
      List<String> codes =
          List.copyOf(
              problems.stream().map(Problem::code).collect(Collectors.toCollection(TreeSet::new)));
      ObjectNode log = JsonNodeFactory.instance.objectNode();
      log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json").put("version", "2.1.0");
      ObjectNode run = log.putArray("runs").addObject();
      ObjectNode driver = run.putObject("tool").putObject("driver");
      driver.put("name", "vigie rules lint");
      ArrayNode rules = driver.putArray("rules");
      for (String code : codes) {
        ObjectNode rule = rules.addObject().put("id", code);
        rule.putObject("shortDescription").put("text", words(code));
      }
      run.put("columnKind", "unicodeCodePoints");
      ArrayNode results = run.putArray("results");
      for (Problem problem : problems) {
        ObjectNode result = results.addObject();
        result
            .put("ruleId", problem.code())
            .put("ruleIndex", codes.indexOf(problem.code()))
            .put("level", problem.severity().word());
        result.putObject("message").put("text", sentence(problem));
        ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
        place.putObject("artifactLocation").put("uri", uri(problem.file()));
        place
            .putObject("region")
            .put("startLine", problem.place().line())
            .put("startColumn", problem.place().column());
      }
      return print(log);
    }
  },

  /** A test case for each file, which fails when the file has errors. */
  JUNIT {
    @Override
    public String of(List<Problem> problems, RulePack pack) {
      Map<String, List<Problem>> byFile =
          problems.stream().collect(Collectors.groupingBy(Problem::file));
      Set<String> files = new LinkedHashSet<>();
      pack.files().forEach(file -> files.add(file.name()));
      problems.forEach(problem -> files.add(problem.file()));
      try {
        return xml(files, byFile);
      } catch (XMLStreamException e) {
        throw new IllegalStateException("XML cannot be written to memory", e);
      }
    }
  };

  private static final ObjectWriter PRINTER =
      new ObjectMapper().writer(SerializationFeature.INDENT_OUTPUT);

  /**
   * The report, with a line break at its end.
   *
   * @param problems in the order in which they are told
   * @param pack the files that were looked at
   */
  public abstract String of(List<Problem> problems, RulePack pack);

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String head(Problem problem) {
    Place place = problem.place();
    return "%s:%d:%d: %s %s: %s"
        .formatted(
            problem.file(),
            place.line(),
            place.column(),
            problem.severity().word(),
            problem.code(),
            problem.message());
  }

  private static String sentence(Problem problem) {
    return problem.message() + (problem.suggestion().isEmpty() ? "" : "; " + problem.suggestion());
  }

  private static List<String> lines(RulePack.File file) {
    return new String(file.yaml(), StandardCharsets.UTF_8).lines().toList();
  }

  private static String print(Object json) {
    try {
      return PRINTER.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON cannot be written to memory", e);
    }
  }

  /** {@code UNKNOWN_FIELD} as {@code Unknown field}. */
  private static String words(String code) {
    return code.charAt(0) + code.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Relative names stay relative: whoever shows the report knows where it was run. */
  private static String uri(String file) {
    if (Path.of(file).isAbsolute()) {
      return Path.of(file).toUri().toString();
    }
    try {
      String path = Path.of(file).normalize().toString().replace('\\', '/');
      return new URI(null, null, path, null).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path is a URI", e);
    }
  }

  private static String xml(Set<String> files, Map<String, List<Problem>> byFile)
      throws XMLStreamException {
    StringWriter text = new StringWriter();
    XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    xml.writeStartDocument("UTF-8", "1.0");
    List<String> failed =
        files.stream()
            .filter(
                file ->
                    byFile.getOrDefault(file, List.of()).stream().anyMatch(ReportFormat::isError))
            .toList();
    text.append('\n');
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "vigie rules lint");
    xml.writeAttribute("tests", String.valueOf(files.size()));
    xml.writeAttribute("failures", String.valueOf(failed.size()));
    xml.writeAttribute("errors", "0");
    for (String file : files) {
      List<Problem> errors = new ArrayList<>(byFile.getOrDefault(file, List.of()));
      List<Problem> others = new ArrayList<>(errors);
      errors.removeIf(problem -> !isError(problem));
      others.removeIf(ReportFormat::isError);
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", "vigie.rules.lint");
      xml.writeAttribute("name", plain(file));
      xml.writeAttribute("file", plain(file));
      if (!errors.isEmpty()) {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", plain(sentence(errors.get(0))));
        xml.writeCharacters(plain(lines(errors)));
        xml.writeEndElement();
      }
      if (!others.isEmpty()) {
        xml.writeStartElement("system-out");
        xml.writeCharacters(plain(lines(others)));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndDocument();
    return text.append('\n').toString();
  }

  private static boolean isError(Problem problem) {
    return problem.severity() == Severity.ERROR;
  }

  private static String lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  /** Without the characters that XML cannot hold at all. */
  private static String plain(String text) {
    return text.replaceAll(
        "[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "\uFFFD");
  }
}
