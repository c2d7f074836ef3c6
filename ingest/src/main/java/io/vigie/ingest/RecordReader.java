package io.vigie.ingest;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of raw records, one a line, plain or gzip. Memory is bounded whatever the file
 * holds: of a line of more than {@link Limits#MAX_RAW_BYTES} only head, length and digest are kept.
 * Lines of nothing but white space are no records; they count as lines. A line may end in CR LF.
 *
 * <p>A line of column names says what the lines after it mean, and each record stands for itself in
 * Kafka: so such a line is no record here but the first line of each record that follows.
 */
public final class RecordReader implements Closeable {
  private final String name;
  private final InputStream in;
  private final Predicate<byte[]> isHeader;
  private final OptionalLong arrival;
  private byte[] header = {};
  private final byte[] buffer = new byte[1 << 16];
  private byte[] line = new byte[1 << 12];
  private int at;
  private int end;
  private long lineNumber;

  /**
   * Of records that stand each for itself.
   *
   * @param name the file as the user named it, for {@link Origin#name}
   * @param in is closed with this reader
   * @throws IOException where it cannot be read
   */
  public RecordReader(String name, InputStream in) throws IOException {
    this(name, in, line -> false, OptionalLong.empty());
  }

  /**
   * Of records of one source.
   *
   * @param name the file as the user named it, for {@link Origin#name}
   * @param in is closed with this reader
   * @param source whose records these are
   * @param arrival {@link RawRecord#arrival} of each record
   * @throws IOException where it cannot be read
   */
  public RecordReader(String name, InputStream in, LogSource source, OptionalLong arrival)
      throws IOException {
    this(name, in, source::isHeader, arrival);
  }

  private RecordReader(
      String name, InputStream in, Predicate<byte[]> isHeader, OptionalLong arrival)
      throws IOException {
    this.name = name;
    this.in = opened(in);
    this.isHeader = isHeader;
    this.arrival = arrival;
  }

  private static InputStream opened(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    try {
      buffered.mark(2);
      boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
      buffered.reset();
      return gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    } catch (IOException e) {
      buffered.close();
      throw e;
    }
  }

  /** The line of the record that was read last, counted from 1; 0 before the first. */
  public long lineNumber() {
    return lineNumber;
  }

  /**
   * The next record, null after the last.
   *
   * @throws java.util.zip.ZipException or {@link java.io.EOFException} where the gzip stream is
   *     broken; what was read before stays good
   * @throws IOException where the file cannot be read
   */
  public @Nullable RawRecord next() throws IOException {
    while (true) {
      RawRecord record = nextLine();
      if (record == null || record.isTruncated()) {
        return record;
      }
      byte[] bytes = record.bytes();
      if (bytes.length <= Limits.MAX_HEADER_BYTES && isHeader.test(bytes)) {
        header = Arrays.copyOf(bytes, bytes.length + 1);
        header[bytes.length] = '\n';
      } else if (!isBlank(bytes)) {
        return header.length == 0 || header.length + bytes.length > Limits.MAX_RAW_BYTES
            ? record
            : RawRecord.whole(record.origin(), joined(header, bytes), arrival);
      }
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private @Nullable RawRecord nextLine() throws IOException {
    int size = 0;
    long length = 0;
    MessageDigest digest = null;
    lineNumber++;
    while (true) {
      if (at == end && !fill()) {
        if (length == 0) {
          return null;
        }
        return record(size, length, digest);
      }
      int newline = at;
      while (newline < end && buffer[newline] != '\n') {
        newline++;
      }
      int count = newline - at;
      if (digest == null && length + count > Limits.MAX_RAW_BYTES) {
        digest = Digests.sha256();
        digest.update(line, 0, size);
        line = Arrays.copyOf(line, Limits.DEAD_LETTER_HEAD_BYTES);
        size = line.length;
      }
      if (digest == null) {
        if (size + count > line.length) {
          line =
              Arrays.copyOf(
                  line, Math.max(size + count, Math.min(line.length * 2, Limits.MAX_RAW_BYTES)));
        }
        System.arraycopy(buffer, at, line, size, count);
        size += count;
      } else {
        digest.update(buffer, at, count);
      }
      length += count;
      boolean whole = newline < end;
      at = whole ? newline + 1 : newline;
      if (whole) {
        return record(size, length, digest);
      }
    }
  }

  private RawRecord record(int size, long length, @Nullable MessageDigest digest) {
    Origin origin = new Origin(name, 0, lineNumber);
    boolean carriageReturn = digest == null && size > 0 && line[size - 1] == '\r';
    byte[] bytes = Arrays.copyOf(line, carriageReturn ? size - 1 : size);
    if (line.length > 1 << 20) {
      line = new byte[1 << 12];
    }
    return digest == null
        ? RawRecord.whole(origin, bytes, arrival)
        : new RawRecord(origin, bytes, length, Digests.hex(digest), arrival);
  }

  private boolean fill() throws IOException {
    at = 0;
    end = 0;
    int count = in.read(buffer);
    if (count < 0) {
      return false;
    }
    end = count;
    return true;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (!JsonSlices.isSpace(b)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
