package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.alert.Alert;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Episode;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Match;
import io.vigie.correlation.Standing;
import io.vigie.job.sink.SinkDocument;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What travels between operators, or lies in checkpoints, does so without Kryo. */
class SerializedTypesTest {
  private static final byte[] DOCUMENT = {'{', '}'};

  static Stream<Record> values() {
    Evidence evidence = new Evidence("a", 1, "e1", DOCUMENT);
    return Stream.of(
        evidence,
        new Match("r", List.of("u", "ü"), 1, 2, "e1", List.of("w"), 3, List.of(evidence)),
        new Match("r", List.of(), 0, -1, "", List.of(), 1, List.of()),
        new Correlation(
            Standing.SETTLED, 1, "r", List.of("u"), 1, 2, 3, List.of(evidence, evidence)),
        new Episode(1, 2, List.of(new Episode.Link(0, 1, "e1"), new Episode.Link(1, 2, "e2"))),
        new Episode(1, 2, List.of()),
        new Alert(
            "id",
            "r",
            List.of("u"),
            1,
            2,
            false,
            3,
            4,
            List.of("e1"),
            List.of(new Alert.Step("a", 1, "e1", "login", "", "rika", "", "192.0.2.1")),
            List.of(new Alert.Entity("user.name", List.of("rika", "ülo"))),
            List.of(evidence),
            1,
            Standing.PROVISIONAL,
            2,
            5),
        new SinkDocument("index", "id", 1, DOCUMENT, DOCUMENT),
        SinkDocument.first("index", "id", DOCUMENT));
  }

  @ParameterizedTest
  @MethodSource("values")
  void recordComesBackAsItWasWithoutGenericTypes(Record value) throws IOException {
    assertThat(roundTrip(value)).usingRecursiveComparison().isEqualTo(value);
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T value) throws IOException {
    Configuration config = new Configuration();
    config.set(PipelineOptions.GENERIC_TYPES, false);
    TypeInformation<T> type = (TypeInformation<T>) TypeInformation.of(value.getClass());
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl(config));
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }
}
