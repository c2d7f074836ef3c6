package io.vigie.job.sink;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.jspecify.annotations.Nullable;

/** Documents that wait in the sink, in a checkpoint. */
final class SinkDocumentStateSerializer extends AsyncSinkWriterStateSerializer<SinkDocument> {
  private static final int VERSION = 1;
  private static final int ABSENT = -1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  protected void serializeRequestToStream(SinkDocument document, DataOutputStream out)
      throws IOException {
    out.writeByte(VERSION);
    out.writeUTF(document.index());
    out.writeUTF(document.id());
    out.writeLong(document.revision());
    writeBytes(document.create(), out);
    writeBytes(document.update(), out);
  }

  @Override
  protected SinkDocument deserializeRequestFromStream(long size, DataInputStream in)
      throws IOException {
    byte version = in.readByte();
    if (version != VERSION) {
      throw new IOException(
          "The checkpoint holds waiting documents in form "
              + version
              + ", this Vigie reads form "
              + VERSION
              + ": start the version that wrote it, or a newer one");
    }
    String index = in.readUTF();
    String id = in.readUTF();
    long revision = in.readLong();
    byte[] create = readBytes(in);
    if (create == null) {
      throw new IOException("The checkpoint holds a waiting document without content: " + id);
    }
    return new SinkDocument(index, id, revision, create, readBytes(in));
  }

  private static void writeBytes(byte @Nullable [] bytes, DataOutputStream out) throws IOException {
    if (bytes == null) {
      out.writeInt(ABSENT);
      return;
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
