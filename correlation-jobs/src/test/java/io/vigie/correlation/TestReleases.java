package io.vigie.correlation;

import io.vigie.ingest.LogSources;
import io.vigie.release.OneRelease;
import io.vigie.release.Release;
import io.vigie.release.Releases;
import io.vigie.rules.RulePack;
import io.vigie.rules.RuleSet;
import java.util.ArrayList;
import java.util.List;

/** Releases that are known from the beginning. */
final class TestReleases implements Releases {
  private static final RulePack SOURCES = new RulePack(List.of(), LogSources.builtIn());

  private final List<Release> known;

  private TestReleases(List<Release> known) {
    this.known = List.copyOf(known);
  }

  static TestReleases always(RuleSet rules) {
    return new TestReleases(new OneRelease(SOURCES, rules).known());
  }

  /** With another release behind these. */
  TestReleases then(long from, RuleSet rules) {
    List<Release> more = new ArrayList<>(known);
    more.add(new Release(known.size(), "", from, SOURCES, rules));
    return new TestReleases(more);
  }

  @Override
  public List<Release> known() {
    return known;
  }

  @Override
  public int count() {
    return known.size();
  }

  @Override
  public long lastContact() {
    return Long.MAX_VALUE;
  }

  @Override
  public void await(int count) {}
}
