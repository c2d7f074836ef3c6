package io.vigie.correlation;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployException;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final Map<String, EPCompiled> COMPILED = new ConcurrentHashMap<>();

  private final EPRuntime runtime;
  private final int chainLength;
  private List<Satisfied> satisfied = new ArrayList<>();

  /**
   * A closing row of the statement {@code satisfied}.
   *
   * @param group key of the group
   * @param chain the matched steps of an ordered correlation; empty for the other types
   */
  record Satisfied(String group, List<Match> chain) {}

  /**
   * Deploys the module.
   *
   * @param epl trusted: generated, not written by a user
   * @param chainLength how many columns {@code m0, m1, …} the rows of {@code satisfied} have
   */
  EsperStatement(String epl, int chainLength) {
    this.chainLength = chainLength;
    this.runtime =
        EPRuntimeProvider.getRuntime("vigie-" + RUNTIMES.incrementAndGet(), configuration());
    try {
      var deployment =
          runtime
              .getDeploymentService()
              .deploy(COMPILED.computeIfAbsent(epl, EsperStatement::compile));
      for (var statement : deployment.getStatements()) {
        if (statement.getName().equals("satisfied")) {
          statement.addListener((rows, old, s, r) -> collect(rows));
        }
      }
    } catch (EPDeployException e) {
      throw new IllegalStateException("Esper does not deploy: " + epl, e);
    }
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration
        .getCommon()
        .addEventType(
            ROW,
            new String[] {"g", "v", "step", "t", "closing", "m"},
            new Object[] {
              String.class, String.class, int.class, long.class, boolean.class, Match.class
            });
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    configuration.getCompiler().getScripts().setEnabled(false);
    configuration.getCompiler().getByteCode().setAllowInlinedClass(false);
    return configuration;
  }

  private static EPCompiled compile(String epl) {
    try {
      return EPCompilerProvider.getCompiler().compile(epl, new CompilerArguments(configuration()));
    } catch (EPCompileException e) {
      throw new IllegalStateException("Esper does not compile: " + epl, e);
    }
  }

  private void collect(EventBean @Nullable [] rows) {
    if (rows == null) {
      return;
    }
    for (EventBean row : rows) {
      if (!(Boolean) row.get("closing")) {
        continue;
      }
      List<Match> chain = new ArrayList<>(chainLength);
      for (int i = 0; i < chainLength; i++) {
        chain.add((Match) row.get("m" + i));
      }
      satisfied.add(new Satisfied((String) row.get("g"), chain));
    }
  }

  /** Moves the clock forward; windows let go what is too old. */
  void advance(long time) {
    runtime.getEventService().advanceTime(time);
  }

  void send(
      String group, @Nullable String value, int step, long time, boolean closing, Match match) {
    runtime
        .getEventService()
        .sendEventObjectArray(new Object[] {group, value, step, time, closing, match}, ROW);
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
