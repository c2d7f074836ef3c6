package io.vigie.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.ZipException;

/** Turns a file of raw records into ECS documents. */
public final class Normalizer {
  private final LogSource source;
  private final Consumer<ObjectNode> enrich;
  private final OutputStream out;
  private final PrintStream err;
  private long rejects;

  private Normalizer(
      LogSource source, Consumer<ObjectNode> enrich, OutputStream out, PrintStream err) {
    this.source = source;
    this.enrich = enrich;
    this.out = out;
    this.err = err;
  }

  /**
   * Writes one ECS document a line to {@code out}, in input order, and one line {@code FILE:LINE:
   * CODE: message} to {@code err} for each reject. Memory does not grow with the input.
   *
   * @param enrich is applied to each document before it is written
   * @param in plain or gzip, one record a line; is closed
   * @param name the file as the user named it
   * @param arrival {@link RawRecord#arrival} of each record
   * @return the number of rejects
   * @throws IOException where input or output fails
   */
  public static long normalize(
      LogSource source,
      Consumer<ObjectNode> enrich,
      InputStream in,
      String name,
      OptionalLong arrival,
      OutputStream out,
      PrintStream err)
      throws IOException {
    return new Normalizer(source, enrich, out, err).run(in, name, arrival);
  }

  private long run(InputStream in, String name, OptionalLong arrival) throws IOException {
    long line = 1;
    try (RecordReader records = new RecordReader(name, in, source, arrival)) {
      for (RawRecord record = records.next(); record != null; record = records.next()) {
        line = record.origin().position() + 1;
        source.decode(record, this::write);
      }
    } catch (ZipException | EOFException e) {
      reject(name, line, RejectReason.NOT_GZIP, "cannot be decompressed from here on");
    } catch (WriteFailed e) {
      throw e.cause;
    }
    out.flush();
    return rejects;
  }

  private void write(Decoded decoded) {
    if (decoded instanceof Reject reject) {
      reject(reject.origin().name(), reject.origin().position(), reject.reason(), reject.message());
    } else if (decoded instanceof Event event) {
      try {
        out.write(bytes(event));
        out.write('\n');
      } catch (IOException e) {
        throw new WriteFailed(e);
      }
    }
  }

  private byte[] bytes(Event event) throws JsonProcessingException {
    ObjectNode document = source.toEcs(event);
    enrich.accept(document);
    return StrictJson.MAPPER.writeValueAsBytes(document);
  }

  private void reject(String name, long line, RejectReason reason, String message) {
    rejects++;
    err.printf("%s:%d: %s: %s%n", name, line, reason, message);
  }

  /** Carries a failure of the output out of the decoding. */
  private static final class WriteFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final IOException cause;

    private WriteFailed(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
