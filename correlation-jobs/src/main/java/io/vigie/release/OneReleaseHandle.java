package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.topic.Shared;

/** Leads to the rules that the job was started with, and to no others. */
public record OneReleaseHandle(RulePack pack) implements ReleasesHandle {
  private static final Shared<OneReleaseHandle, OneRelease> OPEN = new Shared<>();

  @Override
  public Releases open() {
    return OPEN.get(this, () -> new OneRelease(pack));
  }
}
