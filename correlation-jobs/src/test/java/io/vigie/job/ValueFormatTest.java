package io.vigie.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigie.job.CorrelateOperatorTest.Backend;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** State of an older release in the hands of a newer one, on the ways that Flink takes. */
@SuppressWarnings("try") // Flink's harness closes with any exception; nobody interrupts a test
class ValueFormatTest {
  /** Of the release that runs. */
  private static int release = 1;

  @AfterEach
  void goBack() {
    release = 1;
  }

  @ParameterizedTest
  @EnumSource
  void newerReleaseReadsWhatAnOlderOneHasWritten(Backend backend) throws Exception {
    OperatorSubtaskState old = write(backend, null, "a 1", "a 2", "b 1");
    release = 2;

    assertThat(read(backend, old, "a", "b"))
        .containsExactly("a 2 old; 1 old, 2 old", "b 1 old; 1 old");
  }

  /** What an older release has written may lie beside what a newer one has. */
  @ParameterizedTest
  @EnumSource
  void valuesOfBothFormatsLieSideBySide(Backend backend) throws Exception {
    OperatorSubtaskState old = write(backend, null, "a 1", "b 1");
    release = 2;
    OperatorSubtaskState both = write(backend, old, "a 2");

    assertThat(read(backend, both, "a", "b"))
        .containsExactly("a 2 new; 1 old, 2 new", "b 1 old; 1 old");
  }

  @ParameterizedTest
  @EnumSource
  void olderReleaseSaysAtOnceThatItCannotReadWhatANewerOneHasWritten(Backend backend)
      throws Exception {
    release = 2;
    OperatorSubtaskState state = write(backend, null, "a 1");
    release = 1;

    assertThatThrownBy(() -> read(backend, state, "a"))
        .rootCause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("newer release")
        .hasMessageContaining("format 2")
        .hasMessageContaining("up to 1");
  }

  private static OperatorSubtaskState write(
      Backend backend, OperatorSubtaskState before, String... words) throws Exception {
    try (var harness = open(backend, before)) {
      for (String word : words) {
        harness.processElement(word, 0);
      }
      return harness.snapshot(1, 1);
    }
  }

  private static Iterable<String> read(Backend backend, OperatorSubtaskState state, String... keys)
      throws Exception {
    try (var harness = open(backend, state)) {
      for (String key : keys) {
        harness.processElement(key + " ?", 0);
      }
      return harness.extractOutputValues();
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, String, String> open(
      Backend backend, OperatorSubtaskState state) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new Memory()),
            (String word) -> word.substring(0, 1),
            Types.STRING);
    harness.setStateBackend(backend.open());
    if (state != null) {
      harness.setRestoredCheckpointId(1);
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  /** Remembers of each key the last word and all words, and says them when it is asked. */
  private static final class Memory extends KeyedProcessFunction<String, String, String> {
    private transient ValueState<Word> last;
    private transient MapState<String, Word> all;

    @Override
    public void open(OpenContext context) {
      WordSerializer words = new WordSerializer(release);
      last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", words));
      all =
          getRuntimeContext()
              .getMapState(new MapStateDescriptor<>("all", StringSerializer.INSTANCE, words));
    }

    @Override
    public void processElement(String word, Context context, Collector<String> out)
        throws Exception {
      String said = word.substring(2);
      if (!said.equals("?")) {
        last.update(new Word(said, "new"));
        all.put(said, new Word(said, "new"));
        return;
      }
      TreeSet<String> sorted = new TreeSet<>();
      all.values().forEach(each -> sorted.add(each.text + " " + each.age));
      out.collect(
          context.getCurrentKey()
              + " "
              + last.value().text
              + " "
              + last.value().age
              + "; "
              + String.join(", ", sorted));
    }
  }

  /** Format 2 has an age. */
  record Word(String text, String age) {}

  static final class WordSerializer extends ValueSerializer<Word> {
    WordSerializer(int format) {
      super(format);
    }

    @Override
    public Word createInstance() {
      return new Word("", "");
    }

    @Override
    void write(Word word, DataOutputView out) throws IOException {
      Wire.writeText(word.text, out);
      if (format() > 1) {
        Wire.writeText(word.age, out);
      }
    }

    @Override
    Word read(DataInputView in, int writtenAs) throws IOException {
      return new Word(Wire.readText(in), writtenAs > 1 ? Wire.readText(in) : "old");
    }

    @Override
    public TypeSerializerSnapshot<Word> snapshotConfiguration() {
      return new Snapshot();
    }

    /** Public, with a public constructor, because Flink makes it by reflection. */
    public static final class Snapshot extends ValueSnapshot<Word> {
      public Snapshot() {
        super(new WordSerializer(release));
      }
    }
  }
}
