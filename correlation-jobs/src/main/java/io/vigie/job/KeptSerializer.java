package io.vigie.job;

import io.vigie.job.KeyedJournal.Kept;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Matches in the journal. */
final class KeptSerializer extends ValueSerializer<Kept> {
  KeptSerializer() {
    super(1);
  }

  @Override
  public Kept createInstance() {
    return new Kept(List.of(), 0, 0);
  }

  @Override
  void write(Kept kept, DataOutputView out) throws IOException {
    Wire.writeTexts(kept.values(), out);
    Wire.writeInt(kept.eventCount(), out);
    Wire.writeInt(kept.documents(), out);
  }

  @Override
  Kept read(DataInputView in, int writtenAs) throws IOException {
    return new Kept(Wire.readTexts(in), Wire.readInt(in), Wire.readInt(in));
  }

  @Override
  public TypeSerializerSnapshot<Kept> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<Kept> {
    public Snapshot() {
      super(new KeptSerializer());
    }
  }
}
