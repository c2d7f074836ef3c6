package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertGate;
import io.vigie.correlation.Episode;
import io.vigie.correlation.Evidence;
import io.vigie.correlation.Match;
import io.vigie.correlation.Progress;
import io.vigie.correlation.Standing;
import io.vigie.job.sink.SinkDocument;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What travels between operators, or lies in checkpoints, comes back as it was. */
class ValueSerializerTest {
  private static final byte[] DOCUMENT = {'{', '}'};
  private static final String LONG = "\u00fc\uD83D\uDE80".repeat(40_000);

  static Stream<Arguments> values() {
    Evidence evidence = new Evidence("a", 1, "e1", DOCUMENT);
    InputSerializer inputs = new InputSerializer();
    return Stream.of(
        Arguments.of(
            inputs,
            new Match("r", List.of("u", "\u00fc"), 1, 2, LONG, List.of("w"), 3, List.of(evidence))),
        Arguments.of(inputs, new Match("r", List.of(), -1, -1, "", List.of(), 1, List.of())),
        Arguments.of(inputs, new Progress("s", "f", Long.MIN_VALUE, 0, 3, "k")),
        Arguments.of(inputs, new Progress("s", "f", Long.MAX_VALUE, 1_700_000_000_000L, 3, "k")),
        Arguments.of(new EvidenceSerializer(), List.of(evidence, evidence)),
        Arguments.of(new KeptSerializer(), new KeyedJournal.Kept(List.of("v", ""), 7, 2)),
        Arguments.of(
            new EpisodeSerializer(),
            new Episode(1, 2, List.of(new Episode.Link(0, 1, "e1"), new Episode.Link(1, 2, "e2")))),
        Arguments.of(new EpisodeSerializer(), new Episode(1, 2, List.of())),
        Arguments.of(
            new AlertSerializer(),
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
                List.of(new Alert.Entity("user.name", List.of("rika", "\u00fclo"))),
                List.of(evidence),
                1,
                Standing.PROVISIONAL,
                2,
                5)));
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void valueComesBackAsItWas(ValueSerializer<T> serializer, T value) throws IOException {
    assertThat(serializer.deserialize(new DataInputDeserializer(bytes(serializer, value))))
        .usingRecursiveComparison()
        .isEqualTo(value);
  }

  /** Flink ships operators with the serializers that they name. */
  @ParameterizedTest
  @MethodSource("values")
  <T> void serializerCanBeShipped(ValueSerializer<T> serializer, T value) throws Exception {
    byte[] shipped = InstantiationUtil.serializeObject(serializer);
    ValueSerializer<T> arrived =
        InstantiationUtil.deserializeObject(shipped, getClass().getClassLoader());

    assertThat(arrived.deserialize(new DataInputDeserializer(bytes(serializer, value))))
        .usingRecursiveComparison()
        .isEqualTo(value);
  }

  /** Bits may turn in files; what is read then fails as an input does, and takes little memory. */
  @ParameterizedTest
  @MethodSource("values")
  <T> void damagedBytesFailAsInputDoes(ValueSerializer<T> serializer, T value) throws IOException {
    byte[] whole = bytes(serializer, value);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Throwable failure =
          catchThrowable(() -> serializer.deserialize(new DataInputDeserializer(damaged)));
      if (failure != null) {
        assertThat(failure).isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 1 << 28, -1, -2, Integer.MIN_VALUE})
  void lengthThatNothingFollowsTakesLittleMemory(int length) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    Wire.writeInt(length, out);
    byte[] bytes = out.getCopyOfBuffer();
    List<Wire.Reader<?>> readers = List.of(Wire::readBytes, Wire::readText, Wire::readTexts);
    for (Wire.Reader<?> reader : readers) {
      long before = allocated();
      assertThatIOException().isThrownBy(() -> reader.read(new DataInputDeserializer(bytes)));
      assertThat(allocated() - before).isLessThan(1 << 20);
    }
  }

  /** Bytes, by this thread. */
  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "\ud83d", "\ude80\ud83d", "a\ud83d", "\ud83d\ude80", "\ud83da\ude80"})
  void textComesBackUnitByUnit(String text) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    Wire.writeText(text, out);

    assertThat(Wire.readText(new DataInputDeserializer(out.getCopyOfBuffer()))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 63, 64, -65, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  void numberComesBack(long number) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    Wire.writeLong(number, out);

    assertThat(Wire.readLong(new DataInputDeserializer(out.getCopyOfBuffer()))).isEqualTo(number);
  }

  static Stream<Object> recordsOfFlink() {
    return Stream.of(
        new AlertGate.Told(true, 1, 2),
        new SinkDocument("index", "id", 1, DOCUMENT, DOCUMENT),
        SinkDocument.first("index", "id", DOCUMENT));
  }

  @ParameterizedTest
  @MethodSource("recordsOfFlink")
  @SuppressWarnings("unchecked")
  <T> void recordComesBackAsItWasWithoutGenericTypes(T value) throws IOException {
    Configuration config = new Configuration();
    config.set(PipelineOptions.GENERIC_TYPES, false);
    TypeInformation<T> type = (TypeInformation<T>) TypeInformation.of(value.getClass());
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl(config));

    assertThat(serializer.deserialize(new DataInputDeserializer(bytes(serializer, value))))
        .usingRecursiveComparison()
        .isEqualTo(value);
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
