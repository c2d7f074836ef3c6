package io.vigie.enrichment.table;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.vigie.enrichment.table.TableDefinition.Row;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of reference data: CSV with a header line (RFC 4180), JSON objects one a line or in an
 * array, a list with one value a line, or what else the table takes apart itself ({@link
 * TableDefinition#rowsOf}). Plain or gzip, told by its content. Rows are read one by one, however
 * many there are; only a document that the table takes apart is held in memory.
 */
public final class TableFile {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private static final ObjectReader JSON_OF_MANY =
      JSON.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** With JSON's punctuation, which a row has anew. */
  private static final int LONGEST_LINE = 2 * PackedTable.MAX_ROW_BYTES;

  /** Quotes without end would hold the rest of a file. */
  private static final int LONGEST_VALUE = 16 << 20;

  private static final CsvFactory CSV =
      CsvFactory.builder()
          .enable(CsvParser.Feature.TRIM_SPACES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_VALUE).build())
          .build();

  /** Of a document that is held in memory. */
  private static final long MOST_BYTES = 512L << 20;

  private static final int MAGIC = 4;
  private static final int HEAD = 1 << 16;
  private static final int GZIP_HEAD = 0x1f8b;
  private static final int SHOWN = 16;
  private static final String NOT_UTF8 = "is not UTF-8";
  private static final String TOO_LONG = "is longer than %,d bytes".formatted(LONGEST_LINE);

  /** What a list says beside its values. */
  private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)[#;].*");

  private static final Pattern ARRAY_OF_OBJECTS =
      Pattern.compile("\\[\\s*[{\\]].*", Pattern.DOTALL);

  private final TableDefinition table;
  private final Problems.OfFile problems;
  private final CheckedRows rows;

  private TableFile(TableDefinition table, Consumer<Row> out, Problems.OfFile problems) {
    this.table = table;
    this.problems = problems;
    this.rows = new CheckedRows(table, out, problems);
  }

  /**
   * What came of a file.
   *
   * @param leftOut what is sound but no row of this table
   * @param isWhole whether the file could be read to its end; why not is a problem
   */
  public record Result(long good, long bad, long leftOut, boolean isWhole) {
    /** Whether more than that share of the rows is bad, or nobody knows how many are. */
    public boolean isBrokenBeyond(double share) {
      return !isWhole || bad > share * (good + bad);
    }
  }

  /**
   * Reads a file.
   *
   * @param out takes the rows that are sound; an {@link IllegalArgumentException} that it throws
   *     makes one a bad one
   * @param problems takes each bad row as a warning, and each that stands there twice, up to a
   *     hundred; and why a file cannot be read to its end as an error
   */
  public static Result read(
      Path file, TableDefinition table, Consumer<Row> out, Problems problems) {
    TableFile reading = new TableFile(table, out, problems.of(file.toString()));
    return reading.rows.end(reading.readWhole(file));
  }

  /** What tells the content of a file from others: {@code sha256:} and 16 digits. */
  public static String version(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return "sha256:" + HexFormat.of().formatHex(digest.digest()).substring(0, SHOWN);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private boolean readWhole(Path file) {
    try (InputStream in = open(file)) {
      boolean isWhole = read(in, String.valueOf(file.getFileName()));
      if (isWhole && rows.areNone()) {
        return refuse(Place.START, "EMPTY", "it has no rows", "a table needs at least one row");
      }
      return isWhole;
    } catch (NoSuchFileException e) {
      return refuse(Place.START, "CANNOT_READ", "there is no such file", "name another file");
    } catch (JsonProcessingException e) {
      return refuse(
          place(e.getLocation()),
          "NOT_JSON",
          "it is no JSON from here on: " + e.getOriginalMessage(),
          "export it again");
    } catch (IOException e) {
      return refuse(
          Place.START,
          "CANNOT_READ",
          "it cannot be read to its end: " + e.getMessage(),
          "name another file");
    }
  }

  private boolean refuse(Place place, String code, String message, String suggestion) {
    problems.error(place, code, message, suggestion);
    return false;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), HEAD);
    raw.mark(MAGIC);
    int head = raw.read() << 8 | raw.read();
    raw.reset();
    InputStream in =
        head == GZIP_HEAD ? new BufferedInputStream(new GZIPInputStream(raw, HEAD), HEAD) : raw;
    in.mark(MAGIC);
    boolean marked = in.read() == 0xef && in.read() == 0xbb && in.read() == 0xbf;
    if (!marked) {
      in.reset();
    }
    return in;
  }

  /** False where what keeps it from being read has been told. */
  private boolean read(InputStream in, String source) throws IOException {
    in.mark(HEAD);
    String head = new String(in.readNBytes(HEAD - 1), StandardCharsets.UTF_8);
    in.reset();
    String first = head.stripLeading();
    if (first.isEmpty()) {
      return true;
    }
    if (ARRAY_OF_OBJECTS.matcher(first).matches()) {
      readArray(in);
      return true;
    }
    if (first.startsWith("{")) {
      if (endsInItsLine(first)) {
        readLines(in);
      } else {
        readDocuments(in);
      }
      return true;
    }
    if (header(first).stream().anyMatch(table.columns()::contains)) {
      return readCsv(in);
    }
    if (first.lines().anyMatch(line -> isListed(line, source))) {
      readList(in, source);
      return true;
    }
    return refuse(
        Place.START,
        "NOT_A_TABLE",
        "its first line names no column of " + table.name(),
        "give it a header line with some of " + String.join(", ", new TreeSet<>(table.columns())));
  }

  /** Whether lines are read one by one: one that is no JSON does not cost the others. */
  private static boolean endsInItsLine(String text) {
    int end = text.indexOf('\n');
    String line = (end < 0 ? text : text.substring(0, end)).stripTrailing();
    try {
      JSON.readTree(line);
      return true;
    } catch (JsonEOFException e) {
      return false;
    } catch (JsonProcessingException e) {
      return line.endsWith("}");
    }
  }

  private static List<String> header(String text) throws IOException {
    try (CsvParser parser = CSV.createParser(new StringReader(text))) {
      parser.nextToken();
      return cells(parser);
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }

  private void readLines(InputStream in) throws IOException {
    Lines lines = new Lines(in, LONGEST_LINE);
    while (lines.next()) {
      Place place = new Place(lines.number(), 1);
      if (lines.isTooLong()) {
        rows.bad(place, TOO_LONG);
      } else if (!lines.isBlank()) {
        try {
          rows.add(place, JSON.readTree(lines.bytes(), 0, lines.length()));
        } catch (JsonProcessingException e) {
          rows.bad(place, "is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
          rows.bad(place, NOT_UTF8);
        }
      }
    }
  }

  private void readDocuments(InputStream in) throws IOException {
    try (JsonParser parser = JSON_OF_MANY.createParser(new Limited(in))) {
      while (parser.nextToken() != null) {
        readValue(parser);
      }
    }
  }

  private void readArray(InputStream in) throws IOException {
    try (JsonParser parser = JSON_OF_MANY.createParser(in)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        readValue(parser);
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "something stands behind the array");
      }
    }
  }

  private void readValue(JsonParser parser) throws IOException {
    Place place = place(parser.currentTokenLocation());
    rows.add(place, JSON_OF_MANY.readTree(parser));
  }

  private static Place place(@Nullable JsonLocation location) {
    return location == null
        ? Place.START
        : new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private boolean readCsv(InputStream in) throws IOException {
    // What is not UTF-8 becomes U+FFFD.
    Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
    try (CsvParser parser = CSV.createParser(text)) {
      List<String> columns = List.of();
      while (true) {
        Place place = new Place(Math.max(1, parser.currentLocation().getLineNr()), 1);
        try {
          if (parser.nextToken() == null) {
            return true;
          }
          List<String> cells = cells(parser);
          if (cells.stream().allMatch(String::isEmpty)) {
            continue;
          }
          if (!columns.isEmpty()) {
            row(place, columns, cells);
          } else {
            columns = cells;
            List<String> named = columns.stream().filter(name -> !name.isEmpty()).toList();
            if (new HashSet<>(named).size() < named.size()) {
              return refuse(place, "SAME_COLUMN", "the header names a column twice", "rename one");
            }
            named.forEach(rows::column);
          }
        } catch (JsonProcessingException e) {
          if (e instanceof StreamConstraintsException || !skipRow(parser)) {
            return refuse(
                place, "QUOTES_WITHOUT_END", "the row has quotes without end", "end its quotes");
          }
          rows.bad(place, "has text behind the quotes of a value");
        }
      }
    }
  }

  private static List<String> cells(CsvParser parser) throws IOException {
    List<String> cells = new ArrayList<>();
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      cells.add(parser.getText());
    }
    return cells;
  }

  /** Skips what is left of a bad row; false where nothing is, as behind quotes without end. */
  private static boolean skipRow(CsvParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.VALUE_STRING) {
      return false;
    }
    cells(parser);
    return true;
  }

  private void row(Place place, List<String> columns, List<String> cells) {
    if (cells.size() != columns.size()) {
      rows.bad(place, "has " + cells.size() + " values, the header " + columns.size());
      return;
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    boolean isText = true;
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      isText &= cell.indexOf('\ufffd') < 0;
      if (!cell.isEmpty() && !columns.get(i).isEmpty()) {
        row.put(columns.get(i), cell);
      }
    }
    if (isText) {
      rows.add(place, row);
    } else {
      rows.bad(place, NOT_UTF8);
    }
  }

  private boolean isListed(String line, String source) {
    return listed(line, source).flatMap(row -> table.read(row, wrong -> {})).isPresent();
  }

  private Optional<ObjectNode> listed(String line, String source) {
    String value = COMMENT.matcher(line).replaceAll("").strip();
    return value.isEmpty() ? Optional.empty() : table.rowOf(value, source);
  }

  private void readList(InputStream in, String source) throws IOException {
    Lines lines = new Lines(in, LONGEST_LINE);
    while (lines.next()) {
      Place place = new Place(lines.number(), 1);
      if (lines.isTooLong()) {
        rows.bad(place, TOO_LONG);
      } else {
        String line = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
        if (line.indexOf('\ufffd') >= 0) {
          rows.bad(place, NOT_UTF8);
        } else {
          listed(line, source).ifPresent(row -> rows.add(place, row));
        }
      }
    }
  }

  /** Keeps a document that is too large from filling the memory. */
  private static final class Limited extends FilterInputStream {
    private long left = MOST_BYTES;

    private Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      take(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      take(Math.max(0, read));
      return read;
    }

    private void take(int count) throws IOException {
      left -= count;
      if (left < 0) {
        throw new IOException("a document may have %,d bytes at most".formatted(MOST_BYTES));
      }
    }
  }
}
