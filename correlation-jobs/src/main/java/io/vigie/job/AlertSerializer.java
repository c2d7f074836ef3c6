package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.Standing;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Alerts on their way, and those of open episodes. */
final class AlertSerializer extends ValueSerializer<Alert> {
  AlertSerializer() {
    super(1);
  }

  @Override
  public Alert createInstance() {
    return new Alert(
        "",
        "",
        List.of(),
        0,
        0,
        true,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        Standing.SETTLED,
        0,
        0);
  }

  @Override
  void write(Alert alert, DataOutputView out) throws IOException {
    Wire.writeText(alert.id(), out);
    Wire.writeText(alert.rule(), out);
    Wire.writeTexts(alert.group(), out);
    Wire.writeLong(alert.firstSeen(), out);
    Wire.writeLong(alert.lastSeen(), out);
    out.writeBoolean(alert.single());
    Wire.writeLong(alert.openUntil(), out);
    Wire.writeInt(alert.eventCount(), out);
    Wire.writeTexts(alert.eventIds(), out);
    Wire.writeList(alert.steps(), out, AlertSerializer::writeStep);
    Wire.writeList(
        alert.entities(),
        out,
        (entity, to) -> {
          Wire.writeText(entity.field(), to);
          Wire.writeTexts(entity.values(), to);
        });
    Wire.writeList(alert.evidence(), out, EvidenceSerializer::writeOne);
    Wire.writeInt(alert.lateCount(), out);
    Wire.writeText(alert.standing().name(), out);
    Wire.writeInt(alert.release(), out);
    Wire.writeInt(alert.revision(), out);
  }

  private static void writeStep(Alert.Step step, DataOutputView out) throws IOException {
    Wire.writeText(step.name(), out);
    Wire.writeLong(step.at(), out);
    Wire.writeText(step.eventId(), out);
    Wire.writeText(step.action(), out);
    Wire.writeText(step.outcome(), out);
    Wire.writeText(step.actor(), out);
    Wire.writeText(step.target(), out);
    Wire.writeText(step.sourceIp(), out);
  }

  @Override
  Alert read(DataInputView in, int writtenAs) throws IOException {
    return new Alert(
        Wire.readText(in),
        Wire.readText(in),
        Wire.readTexts(in),
        Wire.readLong(in),
        Wire.readLong(in),
        in.readBoolean(),
        Wire.readLong(in),
        Wire.readInt(in),
        Wire.readTexts(in),
        Wire.readList(in, AlertSerializer::readStep),
        Wire.readList(in, from -> new Alert.Entity(Wire.readText(from), Wire.readTexts(from))),
        Wire.readList(in, EvidenceSerializer::readOne),
        Wire.readInt(in),
        Standing.valueOf(Wire.readText(in)),
        Wire.readInt(in),
        Wire.readInt(in));
  }

  private static Alert.Step readStep(DataInputView in) throws IOException {
    return new Alert.Step(
        Wire.readText(in),
        Wire.readLong(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in));
  }

  @Override
  public TypeSerializerSnapshot<Alert> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<Alert> {
    public Snapshot() {
      super(new AlertSerializer());
    }
  }
}
