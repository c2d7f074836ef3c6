package io.vigie.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.Origin;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What the log sources decode. Matching is chained to decoding, so nothing is serialised on that
 * way unless somebody unchains them.
 */
final class DecodedSerializer extends ValueSerializer<Decoded> {
  private static final ObjectMapper JSON = new ObjectMapper();

  DecodedSerializer() {
    super(1);
  }

  @Override
  public Decoded createInstance() {
    return new Reject("", RejectReason.EMPTY, "", new Origin("", 0, 0), new byte[0], 0, "");
  }

  @Override
  void write(Decoded decoded, DataOutputView out) throws IOException {
    out.writeBoolean(decoded instanceof Event);
    if (decoded instanceof Event event) {
      Wire.writeText(event.source(), out);
      Wire.writeText(event.id(), out);
      Wire.writeLong(event.timestamp(), out);
      writeOrigin(event.origin(), out);
      Wire.writeBytes(JSON.writeValueAsBytes(event.payload()), out);
    } else if (decoded instanceof Reject reject) {
      Wire.writeText(reject.source(), out);
      Wire.writeText(reject.reason().name(), out);
      Wire.writeText(reject.message(), out);
      writeOrigin(reject.origin(), out);
      Wire.writeBytes(reject.head(), out);
      Wire.writeLong(reject.length(), out);
      Wire.writeText(reject.sha256(), out);
    }
  }

  @Override
  Decoded read(DataInputView in, int writtenAs) throws IOException {
    if (in.readBoolean()) {
      String source = Wire.readText(in);
      String id = Wire.readText(in);
      long timestamp = Wire.readLong(in);
      Origin origin = readOrigin(in);
      return new Event(source, id, timestamp, JSON.readTree(Wire.readBytes(in)), origin);
    }
    String source = Wire.readText(in);
    RejectReason reason = RejectReason.valueOf(Wire.readText(in));
    String message = Wire.readText(in);
    Origin origin = readOrigin(in);
    byte[] head = Wire.readBytes(in);
    return new Reject(source, reason, message, origin, head, Wire.readLong(in), Wire.readText(in));
  }

  private static void writeOrigin(Origin origin, DataOutputView out) throws IOException {
    Wire.writeText(origin.name(), out);
    Wire.writeInt(origin.partition(), out);
    Wire.writeLong(origin.position(), out);
  }

  private static Origin readOrigin(DataInputView in) throws IOException {
    return new Origin(Wire.readText(in), Wire.readInt(in), Wire.readLong(in));
  }

  @Override
  public TypeSerializerSnapshot<Decoded> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<Decoded> {
    public Snapshot() {
      super(new DecodedSerializer());
    }
  }
}
