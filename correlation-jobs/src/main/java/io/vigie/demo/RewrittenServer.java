package io.vigie.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A poisoned dependency runs in the delivery pipeline and uses the pipeline's own role: it stops an
 * instance, replaces the script that runs at its start, and starts it again. Every call comes from
 * where the pipeline's calls always come from.
 */
final class RewrittenServer implements Story {
  private static final String RUN = "run-4e1f90bc";
  private static final Duration BEGIN = Duration.ofMinutes(290);

  @Override
  public void unfold(Timeline timeline) {
    Instant begin = timeline.start().plus(BEGIN);
    String instance = Company.SERVERS.get(7).id();
    Caller pipeline =
        Caller.session(
            ScheduledTraffic.PIPELINE_ROLE,
            RUN,
            begin.minusSeconds(30),
            ScheduledTraffic.PIPELINE_ADDRESS,
            Caller.SCRIPT);
    timeline.add(begin, pipeline, Calls.stop(instance));
    timeline.add(
        begin.plusSeconds(75),
        pipeline,
        ApiCall.of("ec2", "ModifyInstanceAttribute")
            .asking("{'instanceId':'%s','userData':'<sensitiveDataRemoved>'}", instance)
            .answering("{'_return':true}"));
    timeline.add(begin.plusSeconds(90), pipeline, Calls.start(instance));
  }

  @Override
  public List<ExpectedAlert> expectedAlerts() {
    return List.of(
        LibraryRule.INSTANCE_USER_DATA_REPLACED.alert(
            "A poisoned dependency in the pipeline replaces the start script of an instance.",
            Company.sessionArn(ScheduledTraffic.PIPELINE_ROLE, RUN)));
  }
}
