package io.vigie.release;

import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.List;

/** Rules that nothing replaces. */
public final class OneRelease implements Releases {
  private final List<Release> only;

  /** Of a pack that somebody has read before and found without errors. */
  public OneRelease(RulePack pack) {
    this(pack, RuleSet.ofChecked(pack));
  }

  public OneRelease(RulePack pack, RuleSet rules) {
    this(new Release(0, "", Long.MIN_VALUE, pack, rules));
  }

  public OneRelease(Release release) {
    this.only = List.of(release);
  }

  @Override
  public List<Release> known() {
    return only;
  }

  @Override
  public int count() {
    return 1;
  }

  /** There is nobody to reach. */
  @Override
  public long lastContact() {
    return Long.MAX_VALUE;
  }

  @Override
  public void await(int count) {
    if (count > 1) {
      throw new IllegalStateException("there is one release, and none is to come");
    }
  }
}
