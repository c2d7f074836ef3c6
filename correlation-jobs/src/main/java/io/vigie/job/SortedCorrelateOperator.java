package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertFolder;
import io.vigie.correlation.Correlation;
import io.vigie.correlation.Input;
import io.vigie.correlation.Match;
import io.vigie.correlation.SortedCorrelator;
import io.vigie.release.Release;
import io.vigie.release.ReleasesHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link SortedCorrelator} in a bounded run, where Flink sorts the input of a keyed operator
 * by key and time, on disk if need be.
 */
final class SortedCorrelateOperator extends Stage
    implements OneInputStreamOperator<Input, Alert>, BoundedOneInput {
  private final int level;
  private transient @Nullable SortedCorrelator correlator;
  private transient @Nullable OfOneKey alerts;
  private transient @Nullable AlertFolder folder;

  SortedCorrelateOperator(ReleasesHandle handle, int level) {
    super(handle, level);
    this.level = level;
  }

  private Release release() {
    return releases().known().get(0);
  }

  @Override
  public void open() throws Exception {
    super.open();
    correlator = new SortedCorrelator(release(), level);
    alerts = new OfOneKey();
    folder = new AlertFolder(alerts);
  }

  @Override
  public void processElement(StreamRecord<Input> element) {
    if (element.getValue() instanceof Match match) {
      Objects.requireNonNull(correlator).add(match, this::satisfied);
      if (!match.key().equals(Objects.requireNonNull(alerts).key)) {
        tell(match.key());
      }
    }
  }

  @Override
  public void endInput() {
    Objects.requireNonNull(correlator).end(this::satisfied);
    tell("");
  }

  private void tell(String nextKey) {
    Objects.requireNonNull(folder).flush(this::alert);
    Objects.requireNonNull(alerts).clear(nextKey);
  }

  private void satisfied(Correlation correlation) {
    findings(release()).satisfied(correlation, this);
  }

  @Override
  public void episode(String key, Alert alert) {
    Objects.requireNonNull(folder).add(key, alert, this::alert);
  }

  @Override
  public void close() throws Exception {
    if (correlator != null) {
      correlator.close();
    }
    super.close();
  }

  /** The alerts of one key at a time. */
  private static final class OfOneKey implements AlertFolder.Store {
    private final Map<String, Alert> alerts = new HashMap<>();
    private String key = "";

    @Override
    public @Nullable Alert alert(String each) {
      return alerts.get(each);
    }

    @Override
    public void put(String each, Alert alert) {
      alerts.put(each, alert);
    }

    private void clear(String nextKey) {
      alerts.clear();
      key = nextKey;
    }
  }
}
