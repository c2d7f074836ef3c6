package io.vigie.job;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * How values of one kind travel and lie in state. Each value begins with the number of its format,
 * so what an older release has written stays readable: a new format gets a new number, and {@link
 * #read} goes on to know the old ones. Values are immutable, so copies are the values themselves.
 */
abstract class ValueSerializer<T> extends TypeSerializerSingleton<T> {
  private final int format;

  /**
   * @param format in which values are written
   */
  ValueSerializer(int format) {
    this.format = format;
  }

  /** In which values are written, and up to which they are read. */
  final int format() {
    return format;
  }

  abstract void write(T value, DataOutputView out) throws IOException;

  /**
   * Reads what some release has written.
   *
   * @param writtenAs the format of the value, no later than the one that is written
   */
  abstract T read(DataInputView in, int writtenAs) throws IOException;

  @Override
  public final void serialize(T value, DataOutputView out) throws IOException {
    out.writeByte(format);
    write(value, out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    int writtenAs = in.readUnsignedByte();
    if (writtenAs < 1 || writtenAs > format) {
      throw new IOException(
          "a value is written in format %d, which this release does not know".formatted(writtenAs));
    }
    try {
      return read(in, writtenAs);
    } catch (IllegalArgumentException e) {
      throw new IOException("a value is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public final T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public final void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public final boolean isImmutableType() {
    return true;
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return from;
  }

  @Override
  public final int getLength() {
    return -1;
  }
}
