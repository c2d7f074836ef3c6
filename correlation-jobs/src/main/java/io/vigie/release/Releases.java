package io.vigie.release;

import java.util.List;

/**
 * The rule sets that are known, shared by all operators of a process. They grow while the job runs;
 * a release that is known never changes. Safe for use by several threads.
 */
public interface Releases {

  /** All that are known, in the order in which they take effect; at least one. */
  List<Release> known();

  /**
   * How many releases were said so far, those that were refused among them. Two processes that know
   * the same count know the same releases. Cheap: it is asked for every event.
   */
  int count();

  /**
   * Waits until the count has reached a number that another process has told.
   *
   * @throws IllegalStateException if it does not within a minute
   */
  void await(int count);

  /**
   * When whoever tells of releases was last reached, on the wall clock in milliseconds. Silence in
   * a log source means nothing while its broker is out of reach.
   */
  long lastContact();

  /**
   * Those whose rules were found to have errors, by number. A release is looked at before it begins
   * to decide, one of the past when somebody asks for its rules.
   */
  default List<RefusedRelease> refused() {
    return List.of();
  }

  /** The release that decides at an event time. */
  default Release at(long time) {
    List<Release> known = known();
    int i = known.size() - 1;
    while (i > 0 && known.get(i).from() > time) {
      i--;
    }
    return known.get(i);
  }

  /** The release of that number, which must be known. */
  default Release numbered(int number) {
    return known().stream()
        .filter(release -> release.number() == number)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("release " + number + " is not known"));
  }
}
