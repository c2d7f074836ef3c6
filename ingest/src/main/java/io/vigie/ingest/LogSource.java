package io.vigie.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where events come from, and how raw records of it become events and ECS documents. Safe for use
 * by several threads.
 */
public final class LogSource {
  private final String id;
  private final String topic;
  private final Duration lateness;
  private final Duration idleTimeout;
  private final List<SigmaName> sigma;
  private final Decoder decoder;
  private final Mapping mapping;

  /** A name that Sigma rules give to this source; what is null is not named. */
  record SigmaName(@Nullable String product, @Nullable String category, @Nullable String service) {
    private String text() {
      StringJoiner parts = new StringJoiner(" ");
      add(parts, "product", product);
      add(parts, "category", category);
      add(parts, "service", service);
      return parts.toString();
    }

    private static void add(StringJoiner parts, String key, @Nullable String value) {
      if (value != null) {
        parts.add(key + "=" + value);
      }
    }
  }

  LogSource(
      String id,
      String topic,
      Duration lateness,
      Duration idleTimeout,
      List<SigmaName> sigma,
      Decoder decoder,
      Mapping mapping) {
    this.id = id;
    this.topic = topic;
    this.lateness = lateness;
    this.idleTimeout = idleTimeout;
    this.sigma = sigma;
    this.decoder = decoder;
    this.mapping = mapping;
  }

  /** For example {@code aws.cloudtrail}; also {@code event.dataset}. */
  public String id() {
    return id;
  }

  /** The Kafka topic of its raw records. */
  public String topic() {
    return topic;
  }

  /** How much older, in event time, an event may be than one that arrived before it. */
  public Duration lateness() {
    return lateness;
  }

  /** After how much silence nobody waits for this source any more. */
  public Duration idleTimeout() {
    return idleTimeout;
  }

  /**
   * Whether a Sigma rule with this {@code logsource} is about this source: each part that the rule
   * names must be the source's.
   */
  public boolean serves(
      @Nullable String product, @Nullable String category, @Nullable String service) {
    return sigma.stream()
        .anyMatch(
            name ->
                (product == null || product.equals(name.product()))
                    && (category == null || category.equals(name.category()))
                    && (service == null || service.equals(name.service())));
  }

  /** What Sigma rules call it, each as {@code product=aws service=cloudtrail}. */
  public List<String> sigmaNames() {
    return sigma.stream().map(SigmaName::text).toList();
  }

  /**
   * Reads the events of a raw record. Never throws for what stands in the record: each part of it
   * is given to {@code out} once, as an {@link Event} or a {@link Reject}, in its order. A record
   * whose envelope is empty, such as {@code {"Records":[]}}, has no part.
   */
  public void decode(RawRecord record, Consumer<Decoded> out) {
    decoder.decode(record, out);
  }

  /**
   * Whether a line of a file is no record of its own but says what the lines after it mean, such as
   * the column names of VPC flow logs. A raw record that begins with it is read by it.
   */
  boolean isHeader(byte[] line) {
    return decoder.isHeader(line);
  }

  /**
   * The same source for somebody who looks at few fields of most events: it decodes the same, but
   * reads at once only what these fields need, and the rest of a payload when it is asked for.
   *
   * @param names as {@link #field} takes them
   */
  public LogSource focusedOn(Collection<String> names) {
    List<FieldPath> paths = new ArrayList<>();
    Set<String> read = new HashSet<>();
    for (String name : names) {
      Optional<List<FieldPath>> needed = mapping.paths(name);
      if (needed.isPresent()) {
        paths.addAll(needed.get());
        read.add(name);
      }
    }
    return new LogSource(
        id, topic, lateness, idleTimeout, sigma, decoder.focusedOn(read, paths), mapping);
  }

  /**
   * Gives a payload that somebody wrote by hand what it lacks to be an event of this source.
   *
   * @param timestamp its event time where it has none, milliseconds; a source whose formats cannot
   *     hold it gets none
   * @param id its id where it has none and the source has ids
   */
  public void complete(ObjectNode payload, long timestamp, String id) {
    decoder.complete(payload, timestamp, id);
  }

  /**
   * When an event of this source was said as it stands: its timestamp, or later where it is an
   * update of a finding. Also its ECS document's {@code @timestamp}; milliseconds.
   */
  public long updatedAt(Event event) {
    return mapping.updatedAt(event);
  }

  /**
   * The whole ECS document of an event of this source, in nested form; equal events give equal
   * bytes. It says neither where the event was read nor when it is written.
   */
  public ObjectNode toEcs(Event event) {
    return mapping.toEcs(event);
  }

  /**
   * A reader of what {@code name} means in payloads of this source: an ECS field of the mapping,
   * else the source's own dotted path.
   */
  public FieldReader field(String name) {
    return mapping.field(name);
  }

  /**
   * What in payloads of this source {@link #field} looks at for {@code name}, as dotted paths;
   * empty where that is all of it.
   */
  public List<String> pathsOf(String name) {
    return mapping.paths(name).stream().flatMap(List::stream).map(FieldPath::name).toList();
  }

  /**
   * The source's own fields that are known by name, as dotted paths, sorted: those that the mapping
   * reads, what rules call them, and those of the golden records. A payload may have any others.
   */
  public Set<String> payloadFields() {
    Set<String> known = new TreeSet<>(KnownFields.of(id));
    mapping.ecsFields().forEach(name -> known.addAll(pathsOf(name)));
    known.removeIf(path -> path.indexOf('[') >= 0);
    known.addAll(mapping.aliases());
    return known;
  }

  /** Whether {@code name} is a field of ECS, filled by this source or not. */
  public static boolean isEcs(String name) {
    return EcsField.ALL.containsKey(name);
  }

  /** All fields of ECS that a source may fill, sorted. */
  public static Set<String> ecsCatalogue() {
    return EcsField.ALL.keySet();
  }

  /** Whether {@code name} is a field that may have several values at a time. */
  public static boolean isList(String name) {
    EcsField field = EcsField.ALL.get(name);
    return field != null && field.shape() != EcsField.Shape.ONE;
  }

  /** Whether {@code name} is an ECS field that the mapping fills. */
  public boolean mapsField(String name) {
    return mapping.ecsFields().contains(name);
  }

  /** The ECS fields that the mapping fills, sorted. */
  public Set<String> ecsFields() {
    return mapping.ecsFields();
  }

  @Override
  public String toString() {
    return id;
  }
}
