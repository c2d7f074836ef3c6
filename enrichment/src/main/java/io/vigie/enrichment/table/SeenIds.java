package io.vigie.enrichment.table;

import java.util.concurrent.ThreadLocalRandom;

/**
 * In which line each id of a file stood last, in 24 bytes for each: of an id only 64 bits of a hash
 * are kept, so that once in many million files two ids are taken for one.
 */
final class SeenIds {
  private final long seed = ThreadLocalRandom.current().nextLong();
  private long[] hashes = new long[1 << 10];
  private int[] lines = new int[1 << 10];
  private int count;

  /** Notes an id; says in which line it stood before, 0 for none. */
  int add(String id, int line) {
    if (count * 2 == hashes.length) {
      grow();
    }
    return put(hash(id), line);
  }

  private int put(long hash, int line) {
    int slot = (int) hash & hashes.length - 1;
    while (lines[slot] != 0 && hashes[slot] != hash) {
      slot = slot + 1 & hashes.length - 1;
    }
    int before = lines[slot];
    count += before == 0 ? 1 : 0;
    hashes[slot] = hash;
    lines[slot] = line;
    return before;
  }

  private void grow() {
    long[] all = hashes;
    int[] where = lines;
    hashes = new long[all.length * 2];
    lines = new int[all.length * 2];
    count = 0;
    for (int i = 0; i < all.length; i++) {
      if (where[i] != 0) {
        put(all[i], where[i]);
      }
    }
  }

  private long hash(String id) {
    long hash = seed;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return (hash ^ hash >>> 32) * 0xc4ceb9fe1a85ec53L;
  }
}
