package io.vigie.topic;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What all who open equal handles share. It lives as long as one of them holds on to it, and not as
 * long as the process: a process outlives many runs of a job. Nobody is asked to close it, because
 * not all that hold it are told when they end (what decodes and what keeps time in a source is
 * not).
 */
public final class Shared<H, R> {
  private final Map<H, WeakReference<R>> open = new HashMap<>();

  /** What is open under an equal handle, else what is made now. */
  public synchronized R get(H handle, Supplier<R> make) {
    open.values().removeIf(each -> each.get() == null);
    WeakReference<R> known = open.get(handle);
    R shared = known == null ? null : known.get();
    if (shared == null) {
      shared = make.get();
      open.put(handle, new WeakReference<>(shared));
    }
    return shared;
  }
}
