package io.vigie.cli;

import io.vigie.job.JobConfig;
import io.vigie.job.KafkaProperties;
import io.vigie.release.Publication;
import io.vigie.release.Release;
import io.vigie.release.ReleaseLog;
import io.vigie.release.RulesTopic;
import io.vigie.release.Said;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problems;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.UUID;

/** The releases of a job's rules topic as a command sees them, judged as the job judges them. */
final class PublishedRules implements AutoCloseable {
  private static final int GLANCES = 20;
  private static final int BETWEEN_GLANCES_MS = 250;

  private final JobConfig job;
  private final RulesTopic topic;
  private final ReleaseLog log;
  private final PrintWriter err;

  private PublishedRules(JobConfig job, PrintWriter err) {
    RulePack initial = RulePack.read(job.rules(), job.logSources(), new Problems());
    if (initial.files().isEmpty()) {
      err.println("vigie: there are no rule files here in " + job.rules());
    }
    this.job = job;
    this.err = err;
    this.log = new ReleaseLog(initial);
    this.topic = new RulesTopic(() -> KafkaProperties.resolved(job), job.rulesTopic());
  }

  /** All releases that there are now. */
  static PublishedRules open(JobConfig job, PrintWriter err) {
    PublishedRules published = new PublishedRules(job, err);
    try {
      published.read();
      err.printf(
          "topic %s at %s: %d releases%n",
          job.rulesTopic(), job.bootstrap(), published.log.count() - 1);
      err.flush();
      return published;
    } catch (RuntimeException e) {
      published.close();
      throw e;
    }
  }

  private void read() {
    topic.read(log::add, () -> {});
  }

  ReleaseLog log() {
    return log;
  }

  Release newest() {
    return log.numbered(log.count() - 1);
  }

  /** What was published by that number; empty, and told, where it cannot be published again. */
  Optional<Publication> former(int number) {
    if (number < 1 || number >= log.count()) {
      err.println(
          "vigie: there is no release "
              + number
              + " to publish again; vigie rules releases tells all");
      return Optional.empty();
    }
    Said said = log.said(number);
    if (!said.fault().isEmpty()) {
      err.println("vigie: release " + number + " cannot be read: " + said.fault());
      return Optional.empty();
    }
    return Optional.of(said.publication());
  }

  /** Sends a publication, and finds what became of it among those of others. */
  Release publish(Publication publication) throws InterruptedException {
    if (topic.create()) {
      err.println("topic " + job.rulesTopic() + " made");
    }
    topic
        .forgets()
        .ifPresent(
            limit ->
                err.println(
                    "vigie: the topic "
                        + job.rulesTopic()
                        + " will forget releases, and then the job cannot start: "
                        + limit));
    UUID id = topic.publish(publication);
    err.printf("%d files sent%n", publication.files().size());
    err.flush();
    for (int glance = 0; glance < GLANCES; glance++) {
      read();
      for (int number = log.count() - 1; number > 0; number--) {
        if (log.said(number).id().equals(id)) {
          return log.numbered(number);
        }
      }
      Thread.sleep(BETWEEN_GLANCES_MS);
    }
    throw new IllegalStateException(
        "Kafka took the release, and does not give it back: see vigie rules releases");
  }

  @Override
  public void close() {
    topic.close();
  }
}
