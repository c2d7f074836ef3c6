package io.vigie.job;

import io.vigie.alert.Alert;
import io.vigie.correlation.CheckedRules;
import io.vigie.ingest.Decoded;
import io.vigie.ingest.LogSource;
import io.vigie.job.sink.ElasticsearchSink;
import io.vigie.job.sink.IndexTemplateInstaller;
import io.vigie.job.sink.KafkaDeadLetters;
import io.vigie.release.ReleasesHandle;
import io.vigie.rules.RulePack;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job on Kafka and Elasticsearch; what {@code flink run} and {@code vigie run} start. */
public final class MainJob {
  /** Flink moves the state of keys in so many parts; it can never change. */
  private static final int MAX_PARALLELISM = 128;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private MainJob() {}

  /** {@code --config FILE}: the configuration; all else is Flink's. */
  public static void main(String[] args) throws Exception {
    if (args.length != 2 || !args[0].equals("--config")) {
      throw new IllegalArgumentException("usage: --config FILE");
    }
    Problems problems = new Problems();
    JobConfig config = JobConfig.read(Path.of(args[1]), problems).orElse(null);
    RulePack rules =
        config == null ? null : RulePack.read(config.rules(), config.logSources(), problems);
    if (rules != null) {
      CheckedRules.of(rules, problems);
    }
    if (config == null || rules == null || problems.hasErrors()) {
      List<String> errors = problems.errors().stream().map(Problem::toString).toList();
      throw new IllegalArgumentException(String.join("\n", errors));
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(flinkOptions(config));
    build(env, config, rules);
    env.execute("vigie");
  }

  /** What the job needs of Flink, wherever it runs. */
  static Configuration flinkOptions(JobConfig config) {
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    if (config.untilEnd()) {
      return flink;
    }
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, config.checkpointInterval());
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints(config));
    // Flink reads the files of a folder byte by byte, which takes minutes, unless they are
    // compressed.
    flink.set(ExecutionOptions.SNAPSHOT_COMPRESSION, true);
    flink.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // While Elasticsearch is down and the sink is full no checkpoint can end; that is no failure.
    flink.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    return flink;
  }

  private static String checkpoints(JobConfig config) {
    String folder = config.checkpointFolder();
    return folder.contains("://") ? folder : Path.of(folder).toAbsolutePath().toUri().toString();
  }

  /** The whole job: sources, the path of an event, sinks. */
  static void build(StreamExecutionEnvironment env, JobConfig config, RulePack rules)
      throws InterruptedException {
    IndexTemplateInstaller.install(config.elasticsearch(), PATIENCE);
    ReleasesHandle releases = TopicReleases.of(config, rules);
    JobReference reference = JobReference.of(config);
    reference.createTopics();
    Pipeline pipeline = new Pipeline(releases, reference);
    for (String id : config.sources()) {
      LogSource source = rules.sources().byId(id).orElseThrow();
      // What ends knows no lateness: everything is decided when all has been read.
      WatermarkStrategy<Decoded> clock =
          config.untilEnd() ? WatermarkStrategy.noWatermarks() : EventTime.of(source, releases);
      pipeline.add(
          source,
          env.fromSource(kafkaSource(config, releases, source), clock, id).uid("source-" + id),
          config.untilEnd());
    }
    Pipeline.Result result = pipeline.run(config.options());
    alertSinks(result.alerts(), config, releases);
    result
        .rejected()
        .sinkTo(kafkaSink(config, new DeadLetterRecords(config.deadLettersTopic())))
        .name("dead letters")
        .uid("dead-letters");
    result
        .rows()
        .sinkTo(kafkaSink(config, new GivenRowRecords(config.reference().topics())))
        .name("reference rows")
        .uid("reference-rows");
  }

  /**
   * Without a checkpoint everything that Kafka holds is read again: alert ids make that harmless,
   * and a start in the middle would miss what began before it.
   */
  private static KafkaSource<Decoded> kafkaSource(
      JobConfig config, ReleasesHandle releases, LogSource source) {
    var builder =
        KafkaSource.<Decoded>builder()
            .setBootstrapServers(config.bootstrap())
            .setTopics(source.topic())
            .setGroupId("vigie")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new KafkaDecoder(releases, source.id()))
            .setProperty("partition.discovery.interval.ms", "60000");
    KafkaProperties.resolved(config).forEach(builder::setProperty);
    if (config.untilEnd()) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder.build();
  }

  private static void alertSinks(
      DataStream<Alert> alerts, JobConfig config, ReleasesHandle releases) {
    Map<String, String> properties = KafkaProperties.named(config);
    String deadLetters = config.deadLettersTopic();
    alerts
        .flatMap(new AlertDocumentsFunction(releases, config.options().shadow()))
        .name("documents")
        .uid("documents")
        .sinkTo(
            new ElasticsearchSink(
                config.elasticsearch(),
                () -> KafkaDeadLetters.connect(KafkaProperties.resolved(properties), deadLetters)))
        .name("elasticsearch")
        .uid("elasticsearch");
    alerts
        .sinkTo(
            kafkaSink(
                config,
                new AlertRecords(config.alertsTopic(), releases, config.options().shadow())))
        .name("alerts topic")
        .uid("alerts-topic");
  }

  private static <T> KafkaSink<T> kafkaSink(
      JobConfig config, KafkaRecordSerializationSchema<T> records) {
    var builder =
        KafkaSink.<T>builder()
            .setBootstrapServers(config.bootstrap())
            .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
            .setRecordSerializer(records);
    KafkaProperties.resolved(config).forEach(builder::setProperty);
    return builder.build();
  }
}
