package io.vigie.release;

import io.vigie.release.PackFormat.Unfit;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Puts parts together, of several publishers at a time. Records that are given in the same order
 * have the same outcome, in every process.
 */
final class Parts {
  /** More bytes of incomplete publications are not kept; the oldest go first. */
  static final long MAX_WAITING_BYTES = 2L * PackFormat.MAX_PACKED_BYTES;

  private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();
  private final Set<UUID> done = new HashSet<>();
  private long waitingBytes;

  private static final class Waiting {
    private final int of;
    private final String sha256;
    private final TreeMap<Integer, byte[]> slices = new TreeMap<>();
    private int bytes;

    private Waiting(Part first) {
      this.of = first.of();
      this.sha256 = first.sha256();
    }

    private boolean add(Part part) {
      boolean fits = part.of() == of && part.sha256().equals(sha256);
      if (!fits || slices.putIfAbsent(part.number(), part.slice()) != null) {
        return false;
      }
      bytes += part.slice().length;
      return true;
    }

    private boolean isComplete() {
      return slices.size() == of;
    }

    private byte[] pack() {
      ByteArrayOutputStream pack = new ByteArrayOutputStream(bytes);
      slices.values().forEach(pack::writeBytes);
      return pack.toByteArray();
    }
  }

  /**
   * Takes a part. One that has come before, or contradicts those of its publication, changes
   * nothing.
   *
   * @return the publication where it is complete with this part
   */
  Optional<Said> add(Part part) {
    UUID id = part.publication();
    if (done.contains(id)) {
      return Optional.empty();
    }
    Waiting publication = waiting.computeIfAbsent(id, first -> new Waiting(part));
    if (!publication.add(part)) {
      return Optional.empty();
    }
    waitingBytes += part.slice().length;
    if (publication.isComplete()) {
      forget(id, publication);
      waiting.remove(id);
      return Optional.of(said(id, publication));
    }
    Iterator<Map.Entry<UUID, Waiting>> oldest = waiting.entrySet().iterator();
    while (waitingBytes > MAX_WAITING_BYTES) {
      Map.Entry<UUID, Waiting> entry = oldest.next();
      forget(entry.getKey(), entry.getValue());
      oldest.remove();
    }
    return Optional.empty();
  }

  private void forget(UUID id, Waiting publication) {
    done.add(id);
    waitingBytes -= publication.bytes;
  }

  private static Said said(UUID id, Waiting publication) {
    byte[] pack = publication.pack();
    if (!Part.sha256(pack).equals(publication.sha256)) {
      return new Said(
          id, Publication.NONE, "the pack is not what was published: its SHA-256 is another");
    }
    try {
      return new Said(id, PackFormat.unpack(pack), "");
    } catch (Unfit e) {
      return new Said(id, Publication.NONE, String.valueOf(e.getMessage()));
    }
  }
}
