package io.vigie.job;

import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.Progress;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

final class InputType extends TypeInformation<Input> {
  static final InputType INSTANCE = new InputType();

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
  public Class<Input> getTypeClass() {
    return Input.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<Input> createSerializer(SerializerConfig config) {
    return new Serializer();
  }

  @Override
  public String toString() {
    return "Input";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputType;
  }

  @Override
  public int hashCode() {
    return 7;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof InputType;
  }

  static final class Serializer extends TypeSerializerSingleton<Input> {
    private final TypeSerializer<Match> matches =
        TypeInformation.of(Match.class).createSerializer(new SerializerConfigImpl());
    private final TypeSerializer<Progress> progress =
        TypeInformation.of(Progress.class).createSerializer(new SerializerConfigImpl());

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public Input createInstance() {
      return new Progress("", "", 0, 0, 0, "");
    }

    @Override
    public Input copy(Input from) {
      return from;
    }

    @Override
    public Input copy(Input from, Input reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Input input, DataOutputView out) throws IOException {
      out.writeBoolean(input instanceof Match);
      if (input instanceof Match match) {
        matches.serialize(match, out);
      } else {
        progress.serialize((Progress) input, out);
      }
    }

    @Override
    public Input deserialize(DataInputView in) throws IOException {
      return in.readBoolean() ? matches.deserialize(in) : progress.deserialize(in);
    }

    @Override
    public Input deserialize(Input reuse, DataInputView in) throws IOException {
      return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
      serialize(deserialize(in), out);
    }

    @Override
    public TypeSerializerSnapshot<Input> snapshotConfiguration() {
      return new Snapshot();
    }

    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Input> {
      public Snapshot() {
        super(Serializer::new);
      }
    }
  }
}
