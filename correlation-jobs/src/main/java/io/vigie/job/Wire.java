package io.vigie.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

  private static int readLength(DataInputView in) throws IOException {
    int length = readInt(in);
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
    int length = readLength(in);
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
   * Each half of a surrogate pair by itself, as UTF-8 would write it if it could: strangers choose
   * the texts, and a half alone must come back. Not {@code writeUTF}: that ends at 65,535 bytes.
   */
  static void writeText(String text, DataOutputView out) throws IOException {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes[at++] = (byte) c;
      } else if (c < 0x800) {
        bytes[at++] = (byte) (0xC0 | (c >> 6));
        bytes[at++] = (byte) (0x80 | (c & 0x3F));
      } else {
        bytes[at++] = (byte) (0xE0 | (c >> 12));
        bytes[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    writeBytes(bytes, out);
  }

  static String readText(DataInputView in) throws IOException {
    byte[] bytes = readBytes(in);
    char[] chars = new char[bytes.length];
    int length = 0;
    for (int at = 0; at < bytes.length; ) {
      int first = bytes[at] & 0xFF;
      int size = first < 0x80 ? 1 : first < 0xE0 ? 2 : 3;
      if (at + size > bytes.length) {
        throw new IOException("a text ends within a character");
      }
      chars[length++] = (char) character(bytes, at, size);
      at += size;
    }
    return new String(chars, 0, length);
  }

  private static int character(byte[] bytes, int at, int size) {
    if (size == 1) {
      return bytes[at];
    }
    int second = bytes[at + 1] & 0x3F;
    return size == 2
        ? ((bytes[at] & 0x1F) << 6) | second
        : ((bytes[at] & 0x0F) << 12) | (second << 6) | (bytes[at + 2] & 0x3F);
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
    int size = readLength(in);
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
