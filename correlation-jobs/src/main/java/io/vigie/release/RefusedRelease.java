package io.vigie.release;

import java.util.List;

/**
 * A release whose rules have errors; the rules before it go on.
 *
 * @param number of {@link Release#number()}
 * @param version what its author calls it; empty where nobody said, or nobody can tell
 * @param from when it would have begun to decide
 * @param reasons at least one, each a line for people
 */
public record RefusedRelease(int number, String version, long from, List<String> reasons) {
  public RefusedRelease {
    reasons = List.copyOf(reasons);
  }
}
