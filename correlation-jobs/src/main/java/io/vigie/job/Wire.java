package io.vigie.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The parts of which our formats are made. Numbers take as many bytes as they need, seven bits in
 * each; texts and lists begin with their length. What is read is not trusted: a length that is not
 * followed by as much allocates little.
 */
final class Wire {
  private static final int CHUNK = 1 << 16;

  /** Where a length stands. */
  private static final int IN_UTF_16 = -1;

  private Wire() {}

  /** Small when the number is near zero on either side. */
  static void writeLong(long number, DataOutputView out) throws IOException {
    long rest = (number << 1) ^ (number >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readLong(DataInputView in) throws IOException {
    long read = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.readByte();
      read |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return (read >>> 1) ^ -(read & 1);
      }
    }
    throw new IOException("a number is longer than numbers are");
  }

  static void writeInt(int number, DataOutputView out) throws IOException {
    writeLong(number, out);
  }

  static int readInt(DataInputView in) throws IOException {
    long read = readLong(in);
    if (read != (int) read) {
      throw new IOException("a number is too large: " + read);
    }
    return (int) read;
  }

  private static int checkedLength(int length) throws IOException {
    if (length < 0) {
      throw new IOException("a length is negative: " + length);
    }
    return length;
  }

  static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
    writeInt(bytes.length, out);
    out.write(bytes);
  }

  static byte[] readBytes(DataInputView in) throws IOException {
    return readBytes(readInt(in), in);
  }

  private static byte[] readBytes(int said, DataInputView in) throws IOException {
    int length = checkedLength(said);
    byte[] chunk = new byte[Math.min(length, CHUNK)];
    in.readFully(chunk);
    if (length <= CHUNK) {
      return chunk;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(2 * CHUNK);
    all.writeBytes(chunk);
    while (all.size() < length) {
      int more = Math.min(CHUNK, length - all.size());
      in.readFully(chunk, 0, more);
      all.write(chunk, 0, more);
    }
    return all.toByteArray();
  }

  /**
   * Not {@code writeUTF}: that ends at 65,535 bytes, and strangers choose the texts. Half a
   * surrogate pair has no UTF-8; a text that holds one follows in UTF-16, because a changed key
   * would lead to another subtask than the one that its sender meant.
   */
  static void writeText(String text, DataOutputView out) throws IOException {
    if (isWellFormed(text)) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
      return;
    }
    ByteBuffer units = ByteBuffer.allocate(2 * text.length());
    units.asCharBuffer().put(text);
    writeInt(IN_UTF_16, out);
    writeBytes(units.array(), out);
  }

  private static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)
          && (i + 1 == text.length() || !Character.isSurrogatePair(unit, text.charAt(++i)))) {
        return false;
      }
    }
    return true;
  }

  static String readText(DataInputView in) throws IOException {
    int length = readInt(in);
    return length == IN_UTF_16
        ? ByteBuffer.wrap(readBytes(in)).asCharBuffer().toString()
        : new String(readBytes(length, in), StandardCharsets.UTF_8);
  }

  /** Writes one element. */
  interface Writer<T> {
    void write(T element, DataOutputView out) throws IOException;
  }

  /** Reads one element. */
  interface Reader<T> {
    T read(DataInputView in) throws IOException;
  }

  static <T> void writeList(List<T> list, DataOutputView out, Writer<T> writer) throws IOException {
    writeInt(list.size(), out);
    for (T element : list) {
      writer.write(element, out);
    }
  }

  static <T> List<T> readList(DataInputView in, Reader<T> reader) throws IOException {
    int size = checkedLength(readInt(in));
    List<T> list = new ArrayList<>(Math.min(size, 64));
    for (int i = 0; i < size; i++) {
      list.add(reader.read(in));
    }
    return list;
  }

  static void writeTexts(List<String> texts, DataOutputView out) throws IOException {
    writeList(texts, out, Wire::writeText);
  }

  static List<String> readTexts(DataInputView in) throws IOException {
    return readList(in, Wire::readText);
  }
}
