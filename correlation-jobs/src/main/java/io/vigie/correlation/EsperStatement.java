package io.vigie.correlation;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployException;
import com.espertech.esper.runtime.client.EPEventService;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import io.vigie.rules.correlation.CorrelationCondition.Statement;
import io.vigie.rules.detection.Numbers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One EPL module in an Esper runtime of its own, with a clock of its own that only moves forward.
 * The rows that it is fed and the statement that it listens to are described at {@code
 * io.vigie.rules.correlation.Epl}.
 */
final class EsperStatement implements AutoCloseable {
  private static final String ROW = "Row";
  private static final AtomicLong RUNTIMES = new AtomicLong();

  /** Compiling costs tens of milliseconds; rules of one shape and subtasks of one process share. */
  private static final Map<Module, EPCompiled> COMPILED = new ConcurrentHashMap<>();

  private final EPRuntime runtime;
  private final int chainLength;
  private final List<String> streams;
  private final int textColumns;
  private final boolean timers;
  private List<Satisfied> satisfied = new ArrayList<>();

  /**
   * The statement {@code satisfied} has spoken.
   *
   * @param group key of the group
   * @param time of the statement's clock
   * @param chain the matches of an order; empty where there is none
   */
  record Satisfied(String group, long time, List<Match> chain) {}

  /**
   * What a module is compiled for.
   *
   * @param streams by name, columns with their types
   */
  private record Module(String epl, Map<String, Map<String, Class<?>>> streams) {}

  /**
   * A statement of ours, over {@link Row rows}.
   *
   * @param chainLength how many columns {@code m0, m1, …} the rows of {@code satisfied} have
   */
  static EsperStatement generated(String epl, int chainLength) {
    Map<String, Class<?>> columns = new LinkedHashMap<>();
    columns.put("g", String.class);
    columns.put("v", String.class);
    columns.put("n", BigDecimal.class);
    columns.put("position", int.class);
    columns.put("t", long.class);
    columns.put("closing", boolean.class);
    columns.put("m", Match.class);
    return new EsperStatement(
        new Module(epl, Map.of(ROW, columns)), chainLength, List.of(), 0, epl.contains("timer:"));
  }

  /**
   * A statement of a rule's author.
   *
   * @param streams names of the rules, by step
   * @throws IllegalArgumentException if the statement is not safe to run
   */
  static EsperStatement written(Statement statement, List<String> streams, Duration timespan) {
    Map<String, Class<?>> columns = new LinkedHashMap<>();
    columns.put("g", String.class);
    columns.put("t", long.class);
    columns.put("id", String.class);
    statement.texts().keySet().forEach(column -> columns.put(column, String.class));
    statement.numbers().keySet().forEach(column -> columns.put(column, Double.class));
    Map<String, Map<String, Class<?>>> types = new TreeMap<>();
    streams.forEach(stream -> types.put(stream, columns));
    return new EsperStatement(
        new Module("@name('satisfied') " + statement.epl(), types),
        0,
        streams,
        statement.texts().size(),
        true);
  }

  /**
   * Deploys the module.
   *
   * @param streams the streams of a written statement, by step; empty for a generated one
   * @param textColumns how many of a written statement's own columns are texts; they come first
   * @param timers whether the statement may speak without a row
   */
  private EsperStatement(
      Module module, int chainLength, List<String> streams, int textColumns, boolean timers) {
    this.chainLength = chainLength;
    this.streams = streams;
    this.textColumns = textColumns;
    this.timers = timers;
    this.runtime =
        EPRuntimeProvider.getRuntime(
            "vigie-" + RUNTIMES.incrementAndGet(), configuration(module.streams()));
    try {
      var deployment =
          runtime
              .getDeploymentService()
              .deploy(COMPILED.computeIfAbsent(module, EsperStatement::compile));
      for (var statement : deployment.getStatements()) {
        if (statement.getName().equals("satisfied")) {
          statement.addListener((rows, old, s, r) -> collect(rows));
        }
      }
    } catch (EPDeployException e) {
      throw new IllegalStateException("Esper does not deploy: " + module.epl(), e);
    }
  }

  private static Configuration configuration(Map<String, Map<String, Class<?>>> streams) {
    Configuration configuration = new Configuration();
    streams.forEach(
        (name, columns) ->
            configuration
                .getCommon()
                .addEventType(
                    name, columns.keySet().toArray(String[]::new), columns.values().toArray()));
    configuration.getCommon().addImport(Percentile.class);
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    configuration.getCompiler().getScripts().setEnabled(false);
    configuration.getCompiler().getByteCode().setAllowInlinedClass(false);
    return configuration;
  }

  private static EPCompiled compile(Module module) {
    try {
      return EPCompilerProvider.getCompiler()
          .compile(module.epl(), new CompilerArguments(configuration(module.streams())));
    } catch (EPCompileException e) {
      throw new IllegalStateException("Esper does not compile: " + module.epl(), e);
    }
  }

  private void collect(EventBean @Nullable [] rows) {
    if (rows == null) {
      return;
    }
    for (EventBean row : rows) {
      String group = (String) row.get("g");
      if (group == null || (streams.isEmpty() && !(Boolean) row.get("closing"))) {
        continue;
      }
      List<Match> chain = new ArrayList<>(chainLength);
      for (int i = 0; i < chainLength; i++) {
        chain.add((Match) row.get("m" + i));
      }
      satisfied.add(new Satisfied(group, runtime.getEventService().getCurrentTime(), chain));
    }
  }

  /** Moves the clock forward; windows let go what is too old, and timers speak at their times. */
  void advance(long time) {
    EPEventService service = runtime.getEventService();
    Long next = timers ? service.getNextScheduledTime() : null;
    while (next != null && next < time) {
      service.advanceTime(next);
      next = service.getNextScheduledTime();
    }
    service.advanceTime(time);
  }

  /**
   * Feeds a row.
   *
   * @param time of the statement's clock
   */
  void send(String group, Row row, long time) {
    Match match = row.match();
    if (streams.isEmpty()) {
      runtime
          .getEventService()
          .sendEventObjectArray(
              new Object[] {
                group, row.value(), row.number(), row.position(), time, row.closing(), match
              },
              ROW);
      return;
    }
    List<@Nullable Object> columns = new ArrayList<>();
    columns.add(group);
    columns.add(match.timestamp());
    columns.add(match.id());
    for (int i = 0; i < match.values().size(); i++) {
      columns.add(column(match.values().get(i), i < textColumns));
    }
    runtime.getEventService().sendEventObjectArray(columns.toArray(), streams.get(match.step()));
  }

  private static @Nullable Object column(String value, boolean text) {
    if (text) {
      return value.isEmpty() ? null : value;
    }
    BigDecimal number = Numbers.parse(value);
    return number == null ? null : number.doubleValue();
  }

  /** What was satisfied since the last call. */
  List<Satisfied> takeSatisfied() {
    List<Satisfied> taken = satisfied;
    satisfied = new ArrayList<>();
    return taken;
  }

  @Override
  public void close() {
    runtime.destroy();
  }
}
