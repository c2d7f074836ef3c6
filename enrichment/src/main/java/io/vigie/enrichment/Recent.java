package io.vigie.enrichment;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * What was made of the last few texts. Events come in bursts with the same addresses and user
 * agents; no lock is taken, and no text of an attacker's can make it grow.
 */
final class Recent<V> {
  private static final int SIZE = 1024;
  private static final int LONGEST = 2048;

  private final AtomicReferenceArray<Entry<V>> entries = new AtomicReferenceArray<>(SIZE);
  private final Function<String, V> make;

  private record Entry<V>(String text, V value) {}

  /**
   * @param make of equal texts equal values, which nobody changes
   */
  Recent(Function<String, V> make) {
    this.make = make;
  }

  V of(String text) {
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SIZE - 1;
    Entry<V> entry = entries.get(slot);
    if (entry != null && entry.text().equals(text)) {
      return entry.value();
    }
    V value = make.apply(text);
    if (text.length() <= LONGEST) {
      entries.set(slot, new Entry<>(text, value));
    }
    return value;
  }
}
