package io.vigie.job;

import io.vigie.correlation.Evidence;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The events behind a match. */
final class EvidenceSerializer extends ValueSerializer<List<Evidence>> {
  EvidenceSerializer() {
    super(1);
  }

  @Override
  public List<Evidence> createInstance() {
    return List.of();
  }

  static void writeOne(Evidence evidence, DataOutputView out) throws IOException {
    Wire.writeText(evidence.rule(), out);
    Wire.writeLong(evidence.timestamp(), out);
    Wire.writeText(evidence.eventId(), out);
    Wire.writeBytes(evidence.document(), out);
  }

  static Evidence readOne(DataInputView in) throws IOException {
    return new Evidence(
        Wire.readText(in), Wire.readLong(in), Wire.readText(in), Wire.readBytes(in));
  }

  @Override
  void write(List<Evidence> evidence, DataOutputView out) throws IOException {
    Wire.writeList(evidence, out, EvidenceSerializer::writeOne);
  }

  @Override
  List<Evidence> read(DataInputView in, int writtenAs) throws IOException {
    return Wire.readList(in, EvidenceSerializer::readOne);
  }

  @Override
  public TypeSerializerSnapshot<List<Evidence>> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<List<Evidence>> {
    public Snapshot() {
      super(new EvidenceSerializer());
    }
  }
}
