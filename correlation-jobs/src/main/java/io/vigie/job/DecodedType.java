package io.vigie.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.Event;
import io.vigie.ingest.Origin;
import io.vigie.ingest.Reject;
import io.vigie.ingest.RejectReason;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * How Flink moves what the log sources decode. Matching is chained to decoding, so nothing is
 * serialised on that way unless somebody unchains them.
 */
final class DecodedType extends TypeInformation<Decoded> {
  static final DecodedType INSTANCE = new DecodedType();

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<Decoded> getTypeClass() {
    return Decoded.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<Decoded> createSerializer(SerializerConfig config) {
    return new Serializer();
  }

  @Override
  public String toString() {
    return "Decoded";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecodedType;
  }

  @Override
  public int hashCode() {
    return DecodedType.class.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof DecodedType;
  }

  /** Immutable values, so copies are the values themselves. */
  static final class Serializer extends TypeSerializerSingleton<Decoded> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public Decoded createInstance() {
      return new Reject("", RejectReason.EMPTY, "", new Origin("", 0, 0), new byte[0], 0, "");
    }

    @Override
    public Decoded copy(Decoded from) {
      return from;
    }

    @Override
    public Decoded copy(Decoded from, Decoded reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Decoded decoded, DataOutputView out) throws IOException {
      out.writeBoolean(decoded instanceof Event);
      if (decoded instanceof Event event) {
        writeText(event.source(), out);
        writeText(event.id(), out);
        out.writeLong(event.timestamp());
        writeOrigin(event.origin(), out);
        writeBytes(JSON.writeValueAsBytes(event.payload()), out);
      } else if (decoded instanceof Reject reject) {
        writeText(reject.source(), out);
        writeText(reject.reason().name(), out);
        writeText(reject.message(), out);
        writeOrigin(reject.origin(), out);
        writeBytes(reject.head(), out);
        out.writeLong(reject.length());
        writeText(reject.sha256(), out);
      }
    }

    @Override
    public Decoded deserialize(DataInputView in) throws IOException {
      if (in.readBoolean()) {
        String source = StringValue.readString(in);
        String id = StringValue.readString(in);
        long timestamp = in.readLong();
        Origin origin = readOrigin(in);
        return new Event(source, id, timestamp, JSON.readTree(readBytes(in)), origin);
      }
      String source = StringValue.readString(in);
      RejectReason reason = RejectReason.valueOf(StringValue.readString(in));
      String message = StringValue.readString(in);
      Origin origin = readOrigin(in);
      byte[] head = readBytes(in);
      return new Reject(
          source, reason, message, origin, head, in.readLong(), StringValue.readString(in));
    }

    @Override
    public Decoded deserialize(Decoded reuse, DataInputView in) throws IOException {
      return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
      serialize(deserialize(in), out);
    }

    private static void writeOrigin(Origin origin, DataOutputView out) throws IOException {
      writeText(origin.name(), out);
      out.writeInt(origin.partition());
      out.writeLong(origin.position());
    }

    private static Origin readOrigin(DataInputView in) throws IOException {
      return new Origin(StringValue.readString(in), in.readInt(), in.readLong());
    }

    /** Not {@code writeUTF}: that ends at 65,535 bytes, and strangers choose the event ids. */
    private static void writeText(String text, DataOutputView out) throws IOException {
      StringValue.writeString(text, out);
    }

    private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return bytes;
    }

    @Override
    public TypeSerializerSnapshot<Decoded> snapshotConfiguration() {
      return new Snapshot();
    }

    /** Public, with a public constructor, because Flink makes it by reflection. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Decoded> {
      public Snapshot() {
        super(Serializer::new);
      }
    }
  }
}
