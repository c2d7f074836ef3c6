package io.vigie.job;

import io.vigie.correlation.Episode;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Episodes that are open. */
final class EpisodeSerializer extends ValueSerializer<Episode> {
  EpisodeSerializer() {
    super(1);
  }

  @Override
  public Episode createInstance() {
    return new Episode(0, 0, List.of());
  }

  @Override
  void write(Episode episode, DataOutputView out) throws IOException {
    Wire.writeLong(episode.first(), out);
    Wire.writeLong(episode.last() - episode.first(), out);
    Wire.writeList(
        episode.chain(),
        out,
        (link, to) -> {
          Wire.writeInt(link.step(), to);
          Wire.writeLong(link.timestamp(), to);
          Wire.writeText(link.id(), to);
        });
  }

  @Override
  Episode read(DataInputView in, int writtenAs) throws IOException {
    long first = Wire.readLong(in);
    return new Episode(
        first,
        first + Wire.readLong(in),
        Wire.readList(
            in,
            from ->
                new Episode.Link(Wire.readInt(from), Wire.readLong(from), Wire.readText(from))));
  }

  @Override
  public TypeSerializerSnapshot<Episode> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public, with a public constructor, because Flink makes it by reflection. */
  public static final class Snapshot extends ValueSnapshot<Episode> {
    public Snapshot() {
      super(new EpisodeSerializer());
    }
  }
}
