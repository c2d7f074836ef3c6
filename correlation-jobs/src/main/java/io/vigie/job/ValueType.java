package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.Input;
import io.vigie.ingest.Decoded;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The type of values that have a serializer of ours. */
final class ValueType<T> extends TypeInformation<T> {
  static final ValueType<Decoded> DECODED = new ValueType<>(Decoded.class, new DecodedSerializer());
  static final ValueType<Input> INPUT = new ValueType<>(Input.class, new InputSerializer());
  static final ValueType<Alert> ALERT = new ValueType<>(Alert.class, new AlertSerializer());

  private final Class<T> kind;
  private final TypeSerializer<T> serializer;

  private ValueType(Class<T> kind, TypeSerializer<T> serializer) {
    this.kind = kind;
    this.serializer = serializer;
  }

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
  public Class<T> getTypeClass() {
    return kind;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public String toString() {
    return kind.getSimpleName();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueType<?> type && kind.equals(type.kind);
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ValueType<?>;
  }
}
