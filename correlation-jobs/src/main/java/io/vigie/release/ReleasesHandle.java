package io.vigie.release;

import java.io.Serializable;

/**
 * Where operators find the releases. It travels to whoever needs them; all operators of a process
 * that open an equal handle share what they get, and so each rule set is compiled once.
 */
public interface ReleasesHandle extends Serializable {

  /** The releases, with all that were said before this call. */
  Releases open();
}
