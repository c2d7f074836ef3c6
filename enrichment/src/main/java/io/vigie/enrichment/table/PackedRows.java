package io.vigie.enrichment.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows one behind the other in blocks of bytes, and an open-addressing index of their keys and ids
 * into them. One thread writes; what it writes is complete before the index leads to it.
 *
 * <p>A row lies at an address that 8 divides: known, retired, valid from, valid until (8 bytes
 * each), length of all (4), number of keys (4), then id, keys and JSON, each behind its length (4).
 */
final class PackedRows {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int BLOCK_BITS = 20;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int BLOCK_MASK = BLOCK - 1;
  private static final int MAX_BLOCKS = 1 << 14;

  private static final int RETIRED = 8;
  private static final int VALID_FROM = 16;
  private static final int VALID_UNTIL = 24;
  private static final int LENGTH = 32;
  private static final int KEYS = 36;
  private static final int HEAD = 40;

  /** An index entry is bits of the hash above an address; 0 is none. */
  private static final int ADDRESS_BITS = 40;

  private static final long ADDRESS_MASK = (1L << ADDRESS_BITS) - 1;
  private static final int MIN_SLOTS = 1 << 10;

  /** Of fewer rows nobody needs the room. */
  private static final int FORGET_FROM = 1000;

  /** Since when a row is known that was prepared and not committed. */
  private static final long PENDING = Long.MAX_VALUE;

  /** Unknown to whoever writes keys: else they could all be made to collide. */
  private final long seed = ThreadLocalRandom.current().nextLong();

  private final byte[][] blocks = new byte[MAX_BLOCKS][];

  private volatile AtomicLongArray index = new AtomicLongArray(MIN_SLOTS);

  /** Where the next row goes; address 0 is none. */
  private long end = 8;

  private int indexed;
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger current = new AtomicInteger();

  /** A row that was found. */
  record Kept(String id, byte[] json, long known) {}

  // Writing.

  /**
   * Writes a row that counts for no event yet.
   *
   * @return where it lies, for {@link #commit}
   */
  long prepare(String id, List<byte[]> keys, long validFrom, long validUntil, byte[] json) {
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    int length = HEAD + 4 + idBytes.length + 4 + json.length;
    for (byte[] key : keys) {
      length += 4 + key.length;
    }
    long address = room(length);
    byte[] block = block(address);
    int at = offset(address);
    LONG.set(block, at, PENDING);
    LONG.set(block, at + RETIRED, Long.MAX_VALUE);
    LONG.set(block, at + VALID_FROM, validFrom);
    LONG.set(block, at + VALID_UNTIL, validUntil);
    INT.set(block, at + LENGTH, length);
    INT.set(block, at + KEYS, keys.size());
    int to = write(block, at + HEAD, idBytes);
    for (byte[] key : keys) {
      to = write(block, to, key);
    }
    write(block, to, json);
    all.incrementAndGet();
    enter(address);
    return address;
  }

  /** Makes a prepared row count in place of the one with its id, unless that is just so. */
  void commit(long address, long known) {
    byte[] block = block(address);
    int at = offset(address) + HEAD;
    int length = (int) INT.get(block, at);
    long before = current(Arrays.copyOfRange(block, at + 4, at + 4 + length));
    if (before != 0 && Arrays.equals(json(before), json(address))) {
      return;
    }
    LONG.setRelease(block, offset(address), known);
    current.incrementAndGet();
    if (before != 0) {
      retire(before, known);
    }
  }

  void retire(String id, long known) {
    long address = current(id.getBytes(StandardCharsets.UTF_8));
    if (address != 0) {
      retire(address, known);
    }
  }

  private void retire(long address, long known) {
    current.decrementAndGet();
    LONG.setRelease(block(address), offset(address) + RETIRED, known);
  }

  private static int write(byte[] block, int at, byte[] bytes) {
    INT.set(block, at, bytes.length);
    System.arraycopy(bytes, 0, block, at + 4, bytes.length);
    return at + 4 + bytes.length;
  }

  private long room(int length) {
    int padded = length + 7 & ~7;
    if (padded > BLOCK / 2) {
      throw new IllegalArgumentException("a row of " + length + " bytes does not fit");
    }
    // A length of 0 would end a block, so one is left for it.
    if (offset(end) + padded + HEAD > BLOCK) {
      end = (end | BLOCK_MASK) + 1;
    }
    int number = (int) (end >>> BLOCK_BITS);
    if (number == MAX_BLOCKS) {
      throw new IllegalStateException("a table has more than 16 GB of rows");
    }
    if (blocks[number] == null) {
      blocks[number] = new byte[BLOCK];
    }
    long address = end;
    end += padded;
    return address;
  }

  /** Makes a row found by its id and its keys. */
  private void enter(long address) {
    byte[] block = block(address);
    int at = offset(address);
    int parts = 1 + (int) INT.get(block, at + KEYS);
    if ((indexed + parts) * 2L > index.length()) {
      grow();
      // It was entered with all others.
      return;
    }
    enter(index, address, parts);
    indexed += parts;
  }

  private void enter(AtomicLongArray slots, long address, int parts) {
    byte[] block = block(address);
    int part = offset(address) + HEAD;
    for (int i = 0; i < parts; i++) {
      int length = (int) INT.get(block, part);
      long hash = hash(block, part + 4, length, i == 0);
      int slot = (int) hash & slots.length() - 1;
      while (slots.getPlain(slot) != 0) {
        slot = slot + 1 & slots.length() - 1;
      }
      slots.setRelease(slot, (hash & ~ADDRESS_MASK) | address);
      part += 4 + length;
    }
  }

  /** Readers go on with the smaller index until the larger one leads to all rows. */
  private void grow() {
    AtomicLongArray larger = new AtomicLongArray(index.length() * 2);
    indexed = 0;
    forEachAddress(
        address -> {
          int parts = 1 + (int) INT.get(block(address), offset(address) + KEYS);
          enter(larger, address, parts);
          indexed += parts;
        });
    index = larger;
  }

  private void forEachAddress(LongConsumer out) {
    long address = 8;
    while (address < end) {
      byte[] block = block(address);
      int length = (int) INT.get(block, offset(address) + LENGTH);
      if (length == 0) {
        address = (address | BLOCK_MASK) + 1;
      } else {
        out.accept(address);
        address += length + 7 & ~7;
      }
    }
  }

  boolean isWorthForgetting(long before) {
    int[] gone = new int[1];
    forEachAddress(address -> gone[0] += isGone(address, before) ? 1 : 0);
    return gone[0] >= FORGET_FROM && gone[0] * 4L >= all.get();
  }

  private boolean isGone(long address, long before) {
    byte[] block = block(address);
    int at = offset(address);
    return (long) LONG.get(block, at) == PENDING
        || (long) LONG.get(block, at + RETIRED) <= before
        || (long) LONG.get(block, at + VALID_UNTIL) <= before;
  }

  /** The same rows without those that are gone, and those that were never committed. */
  PackedRows without(long before) {
    PackedRows rest = new PackedRows();
    forEachAddress(
        address -> {
          if (!isGone(address, before)) {
            byte[] block = block(address);
            int at = offset(address);
            int length = (int) INT.get(block, at + LENGTH);
            long copy = rest.room(length);
            System.arraycopy(block, at, rest.block(copy), offset(copy), length);
            rest.all.incrementAndGet();
            rest.current.addAndGet(isCurrent(block, at) ? 1 : 0);
            rest.enter(copy);
          }
        });
    return rest;
  }

  // Reading.

  /** The rows under a key, by their ids. */
  List<Kept> find(byte[] key, AsOf asOf) {
    List<Kept> found = List.of();
    AtomicLongArray slots = index;
    long hash = hash(key, 0, key.length, false);
    int slot = (int) hash & slots.length() - 1;
    for (long entry = slots.getAcquire(slot); entry != 0; entry = slots.getAcquire(slot)) {
      long address = entry & ADDRESS_MASK;
      if ((entry & ~ADDRESS_MASK) == (hash & ~ADDRESS_MASK)
          && counts(address, asOf)
          && hasKey(address, key)) {
        found = found.isEmpty() ? new ArrayList<>(2) : found;
        found.add(kept(address));
      }
      slot = slot + 1 & slots.length() - 1;
    }
    if (found.size() > 1) {
      found.sort(Comparator.comparing(Kept::id));
    }
    return found;
  }

  private boolean counts(long address, AsOf asOf) {
    byte[] block = block(address);
    int at = offset(address);
    long known = (long) LONG.getAcquire(block, at);
    return known <= asOf.arrival()
        && known != PENDING
        && isBefore(asOf.arrival(), (long) LONG.getAcquire(block, at + RETIRED))
        && (long) LONG.get(block, at + VALID_FROM) <= asOf.time()
        && isBefore(asOf.time(), (long) LONG.get(block, at + VALID_UNTIL));
  }

  /** What has no end does not end at the last of all times either. */
  private static boolean isBefore(long time, long end) {
    return time < end || end == Long.MAX_VALUE;
  }

  private static boolean isCurrent(byte[] block, int at) {
    return (long) LONG.getAcquire(block, at + RETIRED) == Long.MAX_VALUE
        && (long) LONG.getAcquire(block, at) != PENDING;
  }

  private boolean hasKey(long address, byte[] key) {
    byte[] block = block(address);
    int at = offset(address);
    int keys = (int) INT.get(block, at + KEYS);
    int part = at + HEAD + 4 + (int) INT.get(block, at + HEAD);
    for (int i = 0; i < keys; i++) {
      int length = (int) INT.get(block, part);
      if (Arrays.equals(block, part + 4, part + 4 + length, key, 0, key.length)) {
        return true;
      }
      part += 4 + length;
    }
    return false;
  }

  @Nullable Kept current(String id) {
    long address = current(id.getBytes(StandardCharsets.UTF_8));
    return address == 0 ? null : kept(address);
  }

  /** Where the row with that id lies that nothing has replaced; 0 for nowhere. */
  private long current(byte[] id) {
    AtomicLongArray slots = index;
    long hash = hash(id, 0, id.length, true);
    int slot = (int) hash & slots.length() - 1;
    for (long entry = slots.getAcquire(slot); entry != 0; entry = slots.getAcquire(slot)) {
      long address = entry & ADDRESS_MASK;
      byte[] block = block(address);
      int at = offset(address);
      if ((entry & ~ADDRESS_MASK) == (hash & ~ADDRESS_MASK) && isCurrent(block, at)) {
        int from = at + HEAD + 4;
        int length = (int) INT.get(block, at + HEAD);
        if (Arrays.equals(block, from, from + length, id, 0, id.length)) {
          return address;
        }
      }
      slot = slot + 1 & slots.length() - 1;
    }
    return 0;
  }

  /** For the thread that writes. */
  void forEachCurrent(Consumer<Kept> out) {
    forEachAddress(
        address -> {
          if (isCurrent(block(address), offset(address))) {
            out.accept(kept(address));
          }
        });
  }

  private Kept kept(long address) {
    byte[] block = block(address);
    int at = offset(address);
    int length = (int) INT.get(block, at + HEAD);
    String id = new String(block, at + HEAD + 4, length, StandardCharsets.UTF_8);
    return new Kept(id, json(address), (long) LONG.get(block, at));
  }

  private byte[] json(long address) {
    byte[] block = block(address);
    int at = offset(address);
    int part = at + HEAD;
    for (int i = (int) INT.get(block, at + KEYS); i >= 0; i--) {
      part += 4 + (int) INT.get(block, part);
    }
    return Arrays.copyOfRange(block, part + 4, part + 4 + (int) INT.get(block, part));
  }

  private byte[] block(long address) {
    return blocks[(int) (address >>> BLOCK_BITS)];
  }

  private static int offset(long address) {
    return (int) address & BLOCK_MASK;
  }

  /** 64 bits, of which an index entry keeps the upper and a slot the lower. */
  private long hash(byte[] bytes, int from, int length, boolean isId) {
    long hash = isId ? ~seed : seed;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
    }
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  boolean isEmpty() {
    return all.get() == 0;
  }

  /** How many rows nothing has replaced. */
  int size() {
    return current.get();
  }

  long bytes() {
    return end + 8L * index.length();
  }
}
