package io.vigie.job;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a checkpoint says of the values of one kind that it holds: that none is in a later format.
 * Since each value names its own, those of old formats stay as they are until they are written
 * anew, and restoring rewrites nothing.
 */
abstract class ValueSnapshot<T> implements TypeSerializerSnapshot<T> {
  private final ValueSerializer<T> serializer;

  ValueSnapshot(ValueSerializer<T> serializer) {
    this.serializer = serializer;
  }

  @Override
  public final int getCurrentVersion() {
    return serializer.format();
  }

  @Override
  public final void writeSnapshot(DataOutputView out) {}

  @Override
  public final void readSnapshot(int latest, DataInputView in, ClassLoader classes)
      throws IOException {
    if (latest > serializer.format()) {
      throw new IOException(
          "the checkpoint was written by a newer release of Vigie: it holds values for %s in format %d, this release knows formats up to %d; start the release that wrote it, or a newer one"
              .formatted(serializer.getClass().getSimpleName(), latest, serializer.format()));
    }
  }

  @Override
  public final TypeSerializer<T> restoreSerializer() {
    return serializer;
  }

  @Override
  public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old.getClass() == getClass()
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
