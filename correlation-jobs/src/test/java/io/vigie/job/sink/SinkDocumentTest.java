package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SinkDocumentTest {
  private static final SinkDocument FIRST =
      SinkDocument.first("index", "first", "{}".getBytes(UTF_8));
  private static final SinkDocument LATER =
      new SinkDocument("index", "later", 3, "{\"a\":1}".getBytes(UTF_8), "{}".getBytes(UTF_8));

  @Test
  void travelsBetweenOperatorsWithoutGenericSerialisation() throws Exception {
    TypeInformation<SinkDocument> type = TypeInformation.of(SinkDocument.class);
    assertThat(type).isInstanceOf(PojoTypeInfo.class);

    TypeSerializer<SinkDocument> serializer = type.createSerializer(new SerializerConfigImpl());
    for (SinkDocument document : List.of(FIRST, LATER)) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      serializer.serialize(document, out);
      SinkDocument copy = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
      assertThat(copy).usingRecursiveComparison().isEqualTo(document);
    }
  }

  @Test
  void survivesACheckpointOfTheSink() throws Exception {
    SinkDocumentStateSerializer serializer = new SinkDocumentStateSerializer();
    byte[] bytes =
        serializer.serialize(
            new BufferedRequestState<>(
                List.of(new RequestEntryWrapper<>(FIRST, 2), new RequestEntryWrapper<>(LATER, 9))));

    List<RequestEntryWrapper<SinkDocument>> restored =
        serializer.deserialize(serializer.getVersion(), bytes).getBufferedRequestEntries();

    assertThat(restored.get(0).getRequestEntry()).usingRecursiveComparison().isEqualTo(FIRST);
    assertThat(restored.get(1).getRequestEntry()).usingRecursiveComparison().isEqualTo(LATER);
    assertThat(restored.get(1).getSize()).isEqualTo(9);
  }
}
