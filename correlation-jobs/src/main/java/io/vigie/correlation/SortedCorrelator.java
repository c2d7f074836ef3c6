package io.vigie.correlation;

import io.vigie.correlation.RuleWindow.Hit;
import io.vigie.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Correlates matches that arrive sorted by key and, within a key, by time, for all rules of one
 * level. Memory holds one key's window, so the input may be of any length.
 *
 * <p>Esper's clock cannot go back to where the next key begins. Instead the key's times are shifted
 * past the last key's window, which is empty by then.
 */
public final class SortedCorrelator implements AutoCloseable {
  private final Journal journal = new EvidenceCap(new HeapJournal(), Correlation.MAX_EVIDENCE);
  private final Episodes episodes = new Episodes(journal);
  private final Map<String, RuleWindow> windows;

  private final int release;

  private String key = "";
  private long time;
  private long shift;
  private final List<Match> simultaneous = new ArrayList<>();

  public SortedCorrelator(Release release, int level) {
    this.release = release.number();
    this.windows = RuleWindows.ofLevel(release.rules(), level);
  }

  /** Takes the next match; what it completes goes out. */
  public void add(Match match, Consumer<Correlation> out) {
    if (!match.key().equals(key)) {
      end(out);
      RuleWindow window = windows.get(match.rule());
      if (window == null) {
        return;
      }
      shift = window.nextShift(match.timestamp());
      key = match.key();
    } else if (match.timestamp() != time) {
      decide(out);
    }
    time = match.timestamp();
    if (journal.add(match)) {
      simultaneous.add(match);
    }
  }

  /** Completes the last key. */
  public void end(Consumer<Correlation> out) {
    if (!simultaneous.isEmpty()) {
      RuleWindow window = decide(out);
      window
          .advance(Long.MAX_VALUE, shift)
          .forEach(hit -> episodes.add(release, window, hit).ifPresent(out));
      window.expire(Long.MAX_VALUE, shift, journal);
    }
    key = "";
  }

  private RuleWindow decide(Consumer<Correlation> out) {
    RuleWindow window = windows.get(simultaneous.get(0).rule());
    if (window == null) {
      throw new IllegalStateException("no window for " + key);
    }
    for (Hit hit : window.feed(time, simultaneous, shift)) {
      episodes.add(release, window, hit).ifPresent(out);
    }
    window.expire(time, shift, journal);
    simultaneous.clear();
    return window;
  }

  @Override
  public void close() {
    windows.values().forEach(RuleWindow::close);
  }
}
