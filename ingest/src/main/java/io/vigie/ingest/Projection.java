package io.vigie.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a value: all of it, or of an object these members, and the same of each element
 * of an array. In what it leaves over, every {@link FieldPath} it was made of reads what it reads
 * in the whole.
 */
final class Projection {
  private final boolean whole;

  /** By hash, in an open table that is at most half full. */
  private final @Nullable Member[] members;

  private record Member(long hash, byte[] key, String name, Projection projection) {}

  private Projection(Wanted wanted) {
    this.whole = wanted.whole;
    List<Member> all = new ArrayList<>();
    wanted.members.forEach((name, of) -> all.add(member(name, new Projection(of))));
    this.members = new Member[4 * Integer.highestOneBit(Math.max(1, all.size()))];
    for (Member member : all) {
      int at = slot(member.hash);
      while (members[at] != null) {
        at = (at + 1) & (members.length - 1);
      }
      members[at] = member;
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
    return new Projection(wanted);
  }

  private static void want(Wanted wanted, FieldPath path) {
    Wanted at = wanted;
    for (int i = 0; i < path.length() && !at.whole; i++) {
      String rest = path.rest(i);
      if (rest != null) {
        at.member(rest).whole = true;
      }
      at = at.member(path.key(i));
      at.whole |= path.isFiltered(i);
    }
  }

  private static void wantAnyDots(Wanted at, FieldPath path, int from) {
    at.whole |= from == path.length();
    for (int to = from + 1; to <= path.length() && !at.whole; to++) {
      wantAnyDots(at.member(path.keys(from, to)), path, to);
    }
  }

  private static Member member(String name, Projection projection) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    return new Member(KeyHash.of(key, 0, key.length), key, name, projection);
  }

  boolean isWhole() {
    return whole;
  }

  /** Where the member with this key stands, or -1. */
  int find(long hash, byte[] bytes, int from, int to) {
    int at = slot(hash);
    while (true) {
      Member member = members[at];
      if (member == null) {
        return -1;
      }
      if (member.hash == hash && Arrays.equals(bytes, from, to, member.key, 0, member.key.length)) {
        return at;
      }
      at = (at + 1) & (members.length - 1);
    }
  }

  String name(int found) {
    return at(found).name;
  }

  Projection member(int found) {
    return at(found).projection;
  }

  private Member at(int found) {
    Member member = members[found];
    if (member == null) {
      throw new IllegalArgumentException("not found before");
    }
    return member;
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & (members.length - 1);
  }
}
