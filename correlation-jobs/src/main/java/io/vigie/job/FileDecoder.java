package io.vigie.job;

import io.vigie.ingest.Decoded;
import io.vigie.ingest.LogSource;
import io.vigie.ingest.RawRecord;
import io.vigie.ingest.RecordReader;
import io.vigie.rules.RuleMatcher;
import io.vigie.rules.RulePack;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes a file of raw records, one record in memory at a time. */
final class FileDecoder extends SimpleStreamFormat<Decoded> {
  private final RulePack pack;
  private final String sourceId;
  private final String name;
  private final long arrival;

  /**
   * Of one file.
   *
   * @param name of the file as the user wrote it
   * @param arrival when its last record was written, milliseconds since 1970 UTC
   */
  FileDecoder(RulePack pack, String sourceId, String name, long arrival) {
    this.pack = pack;
    this.sourceId = sourceId;
    this.name = name;
    this.arrival = arrival;
  }

  @Override
  public StreamFormat.Reader<Decoded> createReader(Configuration config, FSDataInputStream stream)
      throws IOException {
    LogSource source = RuleMatcher.focused(pack, sourceId);
    return new Reader(source, new RecordReader(name, stream, source, OptionalLong.of(arrival)));
  }

  @Override
  public TypeInformation<Decoded> getProducedType() {
    return ValueType.DECODED;
  }

  private static final class Reader implements StreamFormat.Reader<Decoded> {
    private final LogSource source;
    private final RecordReader records;
    private final Deque<Decoded> decoded = new ArrayDeque<>();

    private Reader(LogSource source, RecordReader records) {
      this.source = source;
      this.records = records;
    }

    @Override
    public @Nullable Decoded read() throws IOException {
      while (decoded.isEmpty()) {
        RawRecord record = records.next();
        if (record == null) {
          return null;
        }
        source.decode(record, decoded::add);
      }
      return decoded.poll();
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }
}
