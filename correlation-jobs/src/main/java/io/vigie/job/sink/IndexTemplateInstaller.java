package io.vigie.job.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigie.dashboards.IndexTemplates;
import io.vigie.dashboards.IndexTemplates.Template;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Elasticsearch, before the first document, what Vigie's indices look like. */
public final class IndexTemplateInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(IndexTemplateInstaller.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private IndexTemplateInstaller() {}

  /**
   * Puts all of {@link IndexTemplates}; putting them again changes nothing.
   *
   * @param patience how long to wait for a server that cannot be reached or is busy, because it may
   *     be starting
   * @throws ElasticsearchUnusableException when it cannot be reached in that time, or refuses
   */
  public static void install(ElasticsearchConfig elasticsearch, Duration patience)
      throws InterruptedException {
    install(elasticsearch, IndexTemplates.inOrder(), patience);
  }

  static void install(
      ElasticsearchConfig elasticsearch, List<Template> templates, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    try (RestClient client = elasticsearch.connect()) {
      for (Template template : templates) {
        put(client, elasticsearch, template, end);
      }
    } catch (IOException e) {
      LOG.debug("Closing the Elasticsearch client failed", e);
    }
  }

  private static void put(
      RestClient client, ElasticsearchConfig elasticsearch, Template template, long end)
      throws InterruptedException {
    while (true) {
      String problem;
      Exception cause;
      try {
        Request request = new Request("PUT", template.path());
        request.setJsonEntity(template.body());
        EntityUtils.consumeQuietly(client.performRequest(request).getEntity());
        return;
      } catch (ResponseException e) {
        int status = e.getResponse().getStatusLine().getStatusCode();
        if (!Bulk.isBusy(status)) {
          throw refusal(elasticsearch, template, status, e.getResponse());
        }
        problem = "is not ready (" + status + ")";
        cause = e;
      } catch (IOException e) {
        problem = "cannot be reached (" + e + ")";
        cause = e;
      }
      if (System.nanoTime() - end >= 0) {
        throw new ElasticsearchUnusableException(
            "Elasticsearch at "
                + elasticsearch.url()
                + " "
                + problem
                + ". Check that it runs, that the URL is right, and that its certificate is trusted.",
            cause);
      }
      LOG.info("Elasticsearch at {} {}; waiting for it", elasticsearch.url(), problem);
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private static ElasticsearchUnusableException refusal(
      ElasticsearchConfig elasticsearch, Template template, int status, Response response) {
    String reason;
    try {
      reason = Bulk.refusal(EntityUtils.toString(response.getEntity(), UTF_8));
    } catch (IOException e) {
      reason = e.toString();
    }
    if (status == 403) {
      return new ElasticsearchUnusableException(
          "Elasticsearch at %s does not let user %s put %s (403: %s). Grant the cluster privilege manage_index_templates, or have an administrator put the templates and start without installing them."
              .formatted(elasticsearch.url(), elasticsearch.user(), template.path(), reason),
          null);
    }
    return Refusals.explain(elasticsearch, status, template.path(), reason);
  }
}
