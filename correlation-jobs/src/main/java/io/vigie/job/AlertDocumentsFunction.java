package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.alert.AlertDocument;
import io.vigie.alert.StoredDocuments;
import io.vigie.job.sink.SinkDocument;
import io.vigie.release.ReleasesHandle;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** An alert becomes the documents that Elasticsearch holds of it: itself and its evidence. */
final class AlertDocumentsFunction extends RichFlatMapFunction<Alert, SinkDocument> {
  private final ReleasesHandle releases;
  private final TreeSet<String> shadow;
  private transient @Nullable StoredDocuments documents;

  AlertDocumentsFunction(ReleasesHandle releases, Set<String> shadow) {
    this.releases = releases;
    this.shadow = new TreeSet<>(shadow);
  }

  @Override
  public void open(OpenContext context) {
    documents = new StoredDocuments(new AlertDocument(releases.open(), shadow));
  }

  @Override
  public void flatMap(Alert alert, Collector<SinkDocument> out) {
    if (documents == null) {
      throw new IllegalStateException("not opened");
    }
    long now = System.currentTimeMillis();
    StoredDocuments.Document written = documents.alert(alert, now);
    out.collect(
        new SinkDocument(
            written.index(), written.id(), written.revision(), written.create(), written.update()));
    for (StoredDocuments.Document evidence : documents.evidence(alert, now)) {
      out.collect(
          new SinkDocument(
              evidence.index(),
              evidence.id(),
              evidence.revision(),
              evidence.create(),
              evidence.update()));
    }
  }
}
