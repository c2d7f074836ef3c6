package io.vigie.job;

import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Progress;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What goes from matching to correlating, and from level to level. */
final class InputSerializer extends ValueSerializer<Input> {
  InputSerializer() {
    super(1);
  }

  @Override
  public Input createInstance() {
    return new Progress("", "", 0, 0, 0, "");
  }

  @Override
  void write(Input input, DataOutputView out) throws IOException {
    out.writeBoolean(input instanceof Match);
    if (input instanceof Match match) {
      Wire.writeText(match.rule(), out);
      Wire.writeTexts(match.group(), out);
      Wire.writeInt(match.step(), out);
      Wire.writeLong(match.timestamp(), out);
      Wire.writeText(match.id(), out);
      Wire.writeTexts(match.values(), out);
      Wire.writeInt(match.eventCount(), out);
      Wire.writeList(match.evidence(), out, EvidenceSerializer::writeOne);
    } else if (input instanceof Progress progress) {
      Wire.writeText(progress.source(), out);
      Wire.writeText(progress.from(), out);
      Wire.writeLong(progress.clock(), out);
      Wire.writeLong(progress.heard(), out);
      Wire.writeInt(progress.releases(), out);
      Wire.writeText(progress.key(), out);
    }
  }

  @Override
  Input read(DataInputView in, int writtenAs) throws IOException {
    if (in.readBoolean()) {
      return new Match(
          Wire.readText(in),
          Wire.readTexts(in),
          Wire.readInt(in),
          Wire.readLong(in),
          Wire.readText(in),
          Wire.readTexts(in),
          Wire.readInt(in),
          Wire.readList(in, EvidenceSerializer::readOne));
    }
    return new Progress(
        Wire.readText(in),
        Wire.readText(in),
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readInt(in),
        Wire.readText(in));
  }

  @Override
  public TypeSerializerSnapshot<Input> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<Input> {
    public Snapshot() {
      super(new InputSerializer());
    }
  }
}
