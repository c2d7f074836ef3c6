package io.vigie.reference;

import io.vigie.enrichment.Reference;
import java.io.Serializable;

/**
 * Where operators find reference data. It travels to whoever needs it; all operators of a process
 * that open an equal handle share what they get.
 */
@FunctionalInterface
public interface ReferenceHandle extends Serializable {
  /** The reference data, with all that was loaded before this call. */
  Reference open();

  /** No reference data. */
  static ReferenceHandle none() {
    return Reference::none;
  }
}
