package io.vigie.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a value: of an object these members, of an array the same of each element, and
 * perhaps also all the rest of it. In what it leaves over, every {@link FieldPath} it was made of
 * reads what it reads in the whole.
 */
final class Projection {
  private final boolean whole;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** By hash, in an open table that is at most half full. */
  private final @Nullable Member[] table;

  /**
   * A wanted member.
   *
   * @param index from 0
   */
  record Member(int index, String name, byte[] key, long hash, Projection projection) {}

  private Projection(Wanted wanted, boolean inWhole) {
    this.whole = wanted.whole || inWhole;
    wanted.members.forEach(
        (name, of) -> {
          byte[] key = name.getBytes(StandardCharsets.UTF_8);
          long hash = KeyHash.of(key, 0, key.length);
          members.put(name, new Member(members.size(), name, key, hash, new Projection(of, whole)));
        });
    this.table = new Member[4 * Integer.highestOneBit(Math.max(1, members.size()))];
    for (Member member : members.values()) {
      int at = slot(member.hash);
      while (table[at] != null) {
        at = (at + 1) & (table.length - 1);
      }
      table[at] = member;
    }
  }

  /** Under construction. */
  private static final class Wanted {
    private final Map<String, Wanted> members = new TreeMap<>();
    private boolean whole;

    Wanted member(String name) {
      return members.computeIfAbsent(name, added -> new Wanted());
    }
  }

  /**
   * What these need.
   *
   * @param kinds members of the payload of which only the kind of value is wanted, where that is an
   *     object or an array
   */
  static Projection of(Collection<FieldPath> paths, Collection<String> kinds) {
    Wanted wanted = new Wanted();
    kinds.forEach(wanted::member);
    for (FieldPath path : paths) {
      if (path.hasAnyDots()) {
        wantAnyDots(wanted, path, 0);
      } else {
        want(wanted, path);
      }
    }
    return new Projection(wanted, false);
  }

  private static void want(Wanted wanted, FieldPath path) {
    Wanted at = wanted;
    for (int i = 0; i < path.length(); i++) {
      String rest = path.rest(i);
      if (rest != null) {
        at.member(rest).whole = true;
      }
      at = at.member(path.key(i));
      if (path.isFiltered(i)) {
        at.whole = true;
        break;
      }
    }
  }

  private static void wantAnyDots(Wanted at, FieldPath path, int from) {
    at.whole |= from == path.length();
    for (int to = from + 1; to <= path.length(); to++) {
      wantAnyDots(at.member(path.keys(from, to)), path, to);
    }
  }

  /**
   * Whether all of the value is wanted. What is no member here is then read when it is asked for.
   */
  boolean isWhole() {
    return whole;
  }

  int size() {
    return members.size();
  }

  Collection<Member> members() {
    return members.values();
  }

  @Nullable Member find(String name) {
    return members.get(name);
  }

  /** The wanted member with this key. */
  @Nullable Member find(long hash, byte[] bytes, int from, int to) {
    int at = slot(hash);
    while (true) {
      Member member = table[at];
      if (member == null
          || (member.hash == hash
              && Arrays.equals(bytes, from, to, member.key, 0, member.key.length))) {
        return member;
      }
      at = (at + 1) & (table.length - 1);
    }
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & (table.length - 1);
  }
}
