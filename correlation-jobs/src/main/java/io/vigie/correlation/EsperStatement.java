package io.vigie.correlation;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.annotation.Name;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.configuration.compiler.ConfigurationCompiler;
import com.espertech.esper.common.client.configuration.compiler.ConfigurationCompilerPlugInSingleRowFunction.FilterOptimizable;
import com.espertech.esper.common.client.configuration.compiler.ConfigurationCompilerPlugInSingleRowFunction.ValueCache;
import com.espertech.esper.common.client.hook.condition.ConditionHandler;
import com.espertech.esper.common.client.hook.condition.ConditionHandlerFactory;
import com.espertech.esper.common.client.hook.condition.ConditionHandlerFactoryContext;
import com.espertech.esper.common.client.hook.condition.ConditionPatternRuntimeSubexpressionMax;
import com.espertech.esper.common.client.hook.exception.ExceptionHandler;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactory;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactoryContext;
import com.espertech.esper.common.client.soda.EPStatementObjectModel;
import com.espertech.esper.common.client.util.ClassForNameProvider;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One EPL module in an Esper runtime of its own, with a clock of its own that only moves forward.
 * The rows that it is fed and the statement that it listens to are described at {@code
 * io.vigie.rules.correlation.Epl}.
 */
final class EsperStatement implements AutoCloseable {
  private static final String ROW = "Row";
  private static final AtomicLong RUNTIMES = new AtomicLong();
  private static final Set<String> ALLOWED_CLASSES =
      Set.of(
          EplFunctions.class.getName(),
          Faults.class.getName(),
          Match.class.getName(),
          Name.class.getName(),
          Percentile.class.getName());
  private static final ClassForNameProvider CLASSES = EsperStatement::allowedClass;
  private static final Pattern PLACE = Pattern.compile("at (?:line (\\d+) )?column (\\d+)");

  /** Compiling costs tens of milliseconds; rules of one shape and subtasks of one process share. */
  private static final Map<Module, EPCompiled> COMPILED = new ConcurrentHashMap<>();

  private final EPRuntime runtime;
  private final int chainLength;
  private final List<String> streams;
  private final int textColumns;
  private final boolean timers;
  private List<Satisfied> satisfied = new ArrayList<>();
  private boolean advancing;
  private int rows;
  private @Nullable RuntimeException fault;

  /**
   * The statement {@code satisfied} has spoken.
   *
   * @param group key of the group
   * @param time of the statement's clock
   * @param chain the matches of an order; empty where there is none
   */
  record Satisfied(String group, long time, List<Match> chain) {}

  /**
   * Brings what goes wrong inside a statement to whoever feeds it. Left alone, Esper writes it into
   * the log and goes on as if the row were not there. Public because Esper makes it.
   */
  public static final class Faults implements ExceptionHandlerFactory, ConditionHandlerFactory {
    @Override
    public ExceptionHandler getHandler(ExceptionHandlerFactoryContext context) {
      return fault -> {
        throw fault.getThrowable() instanceof RuntimeException thrown
            ? thrown
            : new IllegalStateException(fault.getThrowable());
      };
    }

    @Override
    public ConditionHandler getHandler(ConditionHandlerFactoryContext context) {
      return condition -> {
        if (condition.getCondition() instanceof ConditionPatternRuntimeSubexpressionMax max) {
          throw new BudgetExceeded(
              Pause.Reason.MATCHES, "it waits for more than " + max.getMax() + " patterns at once");
        }
      };
    }
  }

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
   * @param openPatterns how many patterns it may wait for at once
   */
  static EsperStatement generated(String epl, int chainLength, int openPatterns) {
    Map<String, Class<?>> columns = new LinkedHashMap<>();
    columns.put("g", String.class);
    columns.put("v", String.class);
    columns.put("n", BigDecimal.class);
    columns.put("position", int.class);
    columns.put("t", long.class);
    columns.put("closing", boolean.class);
    columns.put("m", Match.class);
    return new EsperStatement(
        new Module(epl, Map.of(ROW, columns)),
        chainLength,
        List.of(),
        0,
        epl.contains("timer:"),
        openPatterns);
  }

  /**
   * A statement of a rule's author.
   *
   * @param streams names of the rules, by step
   * @param openPatterns how many patterns it may wait for at once
   * @throws IllegalArgumentException if the statement is not safe to run
   */
  static EsperStatement written(
      Statement statement, List<String> streams, Duration timespan, int openPatterns) {
    Map<String, Set<String>> names = new TreeMap<>();
    streams.forEach(stream -> names.put(stream, statement.allColumns()));
    List<EplSandbox.Refusal> refusals = EplSandbox.check(statement.epl(), names, timespan);
    if (!refusals.isEmpty()) {
      throw new IllegalArgumentException("not safe to run: " + refusals);
    }
    Module module = module(statement, streams);
    return new EsperStatement(
        module,
        0,
        streams,
        statement.texts().size(),
        module.epl().contains("pattern ["),
        openPatterns);
  }

  /**
   * Why a statement that is safe does not compile; empty where it does.
   *
   * @param streams as for {@link #written}
   */
  static Optional<String> uncompilable(Statement statement, List<String> streams) {
    Module module = module(statement, streams);
    try {
      EPCompilerProvider.getCompiler()
          .compile(module.epl(), new CompilerArguments(configuration(module.streams())));
      return Optional.empty();
    } catch (EPCompileException e) {
      String message = String.valueOf(e.getMessage());
      int text = message.lastIndexOf(" [@name");
      return Optional.of(text < 0 ? message : message.substring(0, text));
    }
  }

  private static Module module(Statement statement, List<String> streams) {
    Map<String, Class<?>> columns = new LinkedHashMap<>();
    columns.put("g", String.class);
    columns.put("t", long.class);
    columns.put("id", String.class);
    statement.texts().keySet().forEach(column -> columns.put(column, String.class));
    statement.numbers().keySet().forEach(column -> columns.put(column, Double.class));
    Map<String, Map<String, Class<?>>> types = new TreeMap<>();
    streams.forEach(stream -> types.put(stream, columns));
    return new Module("@name('satisfied') " + EplSandbox.canonical(statement.epl()), types);
  }

  /**
   * Deploys the module.
   *
   * @param streams the streams of a written statement, by step; empty for a generated one
   * @param textColumns how many of a written statement's own columns are texts; they come first
   * @param timers whether the statement may speak without a row
   */
  private EsperStatement(
      Module module,
      int chainLength,
      List<String> streams,
      int textColumns,
      boolean timers,
      int openPatterns) {
    this.chainLength = chainLength;
    this.streams = streams;
    this.textColumns = textColumns;
    this.timers = timers;
    Configuration configuration = configuration(module.streams());
    configuration.getRuntime().getExceptionHandling().addClass(Faults.class);
    configuration.getRuntime().getConditionHandling().addClass(Faults.class);
    configuration.getRuntime().getPatterns().setMaxSubexpressions((long) openPatterns);
    this.runtime =
        EPRuntimeProvider.getRuntime("vigie-" + RUNTIMES.incrementAndGet(), configuration);
    try {
      var deployment =
          runtime
              .getDeploymentService()
              .deploy(COMPILED.computeIfAbsent(module, EsperStatement::compile));
      for (var statement : deployment.getStatements()) {
        if (statement.getName().equals("satisfied")) {
          statement.addListener((said, old, s, r) -> take(said));
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
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    restrict(configuration);
    return configuration;
  }

  /**
   * Takes from statements what would let them reach classes of the host. It is the second wall:
   * {@link EplSandbox} refuses such statements before they come here.
   */
  static void restrict(Configuration configuration) {
    var common = configuration.getCommon();
    List.copyOf(common.getImports()).forEach(common::removeImport);
    common.addAnnotationImport(Name.class.getPackageName() + ".*");
    common.getTransientConfiguration().put(ClassForNameProvider.NAME, CLASSES);
    var compiler = configuration.getCompiler();
    compiler.getScripts().setEnabled(false);
    compiler.getByteCode().setAllowInlinedClass(false);
    addFunction(compiler, EplFunctions.MATCHES, EplFunctions.class, EplFunctions.MATCHES);
    addFunction(compiler, "percentile", Percentile.class, "of");
  }

  /** What a function throws is a fault, and not null. */
  private static void addFunction(
      ConfigurationCompiler compiler, String name, Class<?> owner, String method) {
    compiler.addPlugInSingleRowFunction(
        name, owner.getName(), method, ValueCache.CONFIGURED, FilterOptimizable.ENABLED, true);
  }

  private static Class<?> allowedClass(String name) throws ClassNotFoundException {
    if (!ALLOWED_CLASSES.contains(name)) {
      throw new ClassNotFoundException(name + " is not open to statements");
    }
    return Class.forName(name, false, EsperStatement.class.getClassLoader());
  }

  /** What Esper's parser makes of a text. */
  sealed interface Parsed {
    /**
     * A statement that the grammar allows.
     *
     * @param model Esper's object model of the statement, made of beans
     * @param canonical the statement written anew from that model
     */
    record Statement(Object model, String canonical) implements Parsed {}

    /**
     * No statement.
     *
     * @param line from 1; 0 where unknown
     * @param column from 1; 0 where unknown
     */
    record SyntaxError(int line, int column, String message) implements Parsed {}
  }

  /** Parses one statement; nothing of it is compiled, resolved or run. */
  static Parsed parse(String epl) {
    try {
      EPStatementObjectModel model =
          EPCompilerProvider.getCompiler().eplToModel(epl, configuration(Map.of()));
      return new Parsed.Statement(model, model.toEPL());
    } catch (EPCompileException e) {
      return syntaxError(e);
    } catch (RuntimeException | StackOverflowError e) {
      return new Parsed.SyntaxError(0, 0, "the parser cannot take it in");
    }
  }

  private static Parsed.SyntaxError syntaxError(EPCompileException e) {
    String message = String.valueOf(e.getMessage());
    int statement = message.lastIndexOf(" [");
    Matcher place = PLACE.matcher(message);
    int line = 0;
    int column = 0;
    if (place.find()) {
      line = place.group(1) == null ? 1 : Integer.parseInt(place.group(1));
      column = Integer.parseInt(place.group(2)) + 1;
    }
    return new Parsed.SyntaxError(
        line, column, statement < 0 ? message : message.substring(0, statement));
  }

  private static EPCompiled compile(Module module) {
    try {
      return EPCompilerProvider.getCompiler()
          .compile(module.epl(), new CompilerArguments(configuration(module.streams())));
    } catch (EPCompileException e) {
      throw new IllegalStateException("Esper does not compile: " + module.epl(), e);
    }
  }

  /** Esper does not let through what a listener throws. */
  private void take(EventBean @Nullable [] said) {
    try {
      collect(said);
    } catch (RuntimeException e) {
      fault = e;
    }
  }

  /**
   * What leaves a window makes some statements speak, and satisfies nothing: no match lies at that
   * time.
   */
  private void collect(EventBean @Nullable [] said) {
    if (said == null || (advancing && !timers)) {
      return;
    }
    rows += said.length;
    for (EventBean row : said) {
      String group = (String) row.get("g");
      if (group == null || (streams.isEmpty() && !(Boolean) row.get("closing"))) {
        continue;
      }
      List<Match> chain = new ArrayList<>(chainLength);
      for (int i = 0; i < chainLength; i++) {
        chain.add((Match) row.get("m" + i));
      }
      add(new Satisfied(group, runtime.getEventService().getCurrentTime(), chain));
    }
  }

  /** A written statement may say the same of a group many thousand times. */
  private void add(Satisfied said) {
    if (satisfied.isEmpty() || !satisfied.get(satisfied.size() - 1).equals(said)) {
      satisfied.add(said);
    }
  }

  private void throwFault() {
    RuntimeException thrown = fault;
    if (thrown != null) {
      fault = null;
      throw thrown;
    }
  }

  /**
   * Moves the clock forward; windows let go what is too old, and timers speak at their times.
   *
   * @param between is told each time at which timers speak
   * @throws RuntimeException what the statement has thrown; it is of no more use
   */
  void advance(long time, LongConsumer between) {
    EPEventService service = runtime.getEventService();
    advancing = true;
    Long next = timers ? service.getNextScheduledTime() : null;
    while (next != null && next < time) {
      service.advanceTime(next);
      between.accept(next);
      next = service.getNextScheduledTime();
    }
    service.advanceTime(time);
    advancing = false;
    throwFault();
  }

  /**
   * Feeds a row.
   *
   * @param time of the statement's clock
   * @return how many rows it has satisfied
   * @throws RuntimeException what the statement has thrown; it is of no more use
   */
  int send(String group, Row row, long time) {
    rows = 0;
    EPEventService service = runtime.getEventService();
    Match match = row.match();
    if (streams.isEmpty()) {
      service.sendEventObjectArray(
          new Object[] {
            group, row.value(), row.number(), row.position(), time, row.closing(), match
          },
          ROW);
    } else {
      service.sendEventObjectArray(columns(group, match), streams.get(match.step()));
    }
    throwFault();
    return rows;
  }

  private @Nullable Object[] columns(String group, Match match) {
    List<@Nullable Object> columns = new ArrayList<>();
    columns.add(group);
    columns.add(match.timestamp());
    columns.add(match.id());
    for (int i = 0; i < match.values().size(); i++) {
      columns.add(column(match.values().get(i), i < textColumns));
    }
    return columns.toArray();
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
