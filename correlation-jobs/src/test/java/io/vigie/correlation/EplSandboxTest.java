package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.soda.EPStatementObjectModel;
import com.espertech.esper.common.client.soda.Expression;
import com.espertech.esper.common.client.soda.Expressions;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import io.vigie.correlation.EplSandbox.Refusal;
import io.vigie.correlation.EsperStatement.Parsed;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EplSandboxTest {
  private static final Set<String> COLUMNS = Set.of("g", "t", "id", "ip", "bytes");
  private static final Map<String, Set<String>> STREAMS =
      Map.of("failed", COLUMNS, "ok", COLUMNS, "other", COLUMNS);
  private static final Duration TIMESPAN = Duration.ofMinutes(10);

  @TempDir Path folder;

  static List<String> benign() {
    return EplStatements.BENIGN;
  }

  static List<Arguments> refused() {
    return EplStatements.REFUSED.stream().map(line -> Arguments.of(line[0], line[1])).toList();
  }

  static Stream<String> hostileInEveryPlace() {
    return EplStatements.PLACES.stream()
        .flatMap(place -> EplStatements.HOSTILE.stream().map(bad -> place.replace("~", bad)));
  }

  private static List<Refusal> check(String epl) {
    return EplSandbox.check(epl, STREAMS, TIMESPAN);
  }

  @ParameterizedTest
  @MethodSource("benign")
  void whatARuleNeedsIsAllowedAndRuns(String epl) throws Exception {
    assertThat(check(epl)).isEmpty();
    run(EplSandbox.canonical(epl), true);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCouldDoHarmIsRefused(String code, String epl) {
    List<Refusal> refusals = check(epl.replace("@'", folder.resolve("canary") + "'"));

    assertThat(refusals).extracting(Refusal::code).contains(code);
    assertThat(refusals).allSatisfy(r -> assertThat(r.reason()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("hostileInEveryPlace")
  void hostileExpressionIsRefusedWhereverItStands(String epl) {
    assertThat(check(epl)).isNotEmpty();
  }

  /**
   * The second wall alone. What it cannot stop by itself is what a text's own methods can reach:
   * {@code id.getClass().forName(…)} gives a class, and no more here.
   */
  @ParameterizedTest
  @MethodSource("hostileInEveryPlace")
  void withoutTheSandboxNothingReachesTheHost(String epl) throws Exception {
    Path canary = folder.resolve("canary");
    long before = ProcessHandle.current().children().count();
    try {
      run(epl.replace("@", canary.toString()), true);
    } catch (EPCompileException e) {
      assertThat(e.getItems()).isNotEmpty();
    }

    assertThat(canary).doesNotExist();
    assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
  }

  /** That the canary can sing: without any wall the statement writes the file. */
  @Test
  void withoutAnyWallAStatementReachesTheHost() throws Exception {
    Path canary = folder.resolve("canary");

    run("select g, new java.io.FileWriter('" + canary + "') as x from failed", false);

    assertThat(canary).exists();
  }

  @Test
  void everyRefusalIsReportedWithItsPlace() {
    assertThat(check("select g,\n  new java.io.File('x') as f,\n  ip like 'x' as l from failed"))
        .extracting(Refusal::code, Refusal::line, Refusal::column)
        .containsExactly(tuple("NEW", 2, 3), tuple("LIKE", 3, 6));
    assertThat(check("select g\nfrom from"))
        .extracting(Refusal::code, Refusal::line)
        .containsExactly(tuple("SYNTAX", 2));
  }

  /** Each of these would cost the parser its stack or minutes. */
  @ParameterizedTest
  @MethodSource("bombs")
  void textThatIsMadeToExhaustTheParserIsRefused(String epl) {
    assertThat(check(epl)).isNotEmpty();
  }

  static List<String> bombs() {
    return List.of(
        "select g from failed where " + "(".repeat(7000) + "1" + ")".repeat(7000) + " = 1",
        "select g from failed where " + "not ".repeat(4000) + "true",
        "select g from failed where bytes = " + "-".repeat(10_000) + "1",
        "select g from failed where " + "case when ".repeat(1000) + "true",
        "select a.g as g from pattern [" + "every ".repeat(2000) + "a=failed]",
        "select g from failed where ip in " + "(ip, ".repeat(2000),
        "select g" + ".g".repeat(5000) + " from failed",
        "select g from failed where ip = 'a'" + " or ip = 'a'".repeat(1200),
        "select g from failed where bytes > 1" + " + 1".repeat(3000),
        "select g from failed where ip = '" + "a".repeat(20_000) + "'");
  }

  /** A class of the object model that the sandbox does not know cannot pass. */
  @Test
  void everyKindOfNodeIsKnownOrRefused() throws Exception {
    List<Class<?>> kinds = kinds();
    List<String> accepted = new ArrayList<>();
    for (Class<?> kind : kinds) {
      EplNode node = new EplNode(kind.getSimpleName(), Map.of());
      if (new EplCheck(STREAMS, 1000).check(where(node)).isEmpty()) {
        accepted.add(kind.getSimpleName());
      }
    }

    assertThat(kinds).hasSizeGreaterThan(150);
    assertThat(accepted)
        .containsExactlyInAnyOrder(
            "BetweenExpression",
            "CaseSwitchExpression",
            "CaseWhenThenExpression",
            "CoalesceExpression",
            "ConcatExpression",
            "Conjunction",
            "ConstantExpression",
            "Disjunction",
            "InExpression",
            "MaxRowExpression",
            "MinRowExpression",
            "NotExpression",
            "SubqueryExistsExpression",
            "SubqueryExpression",
            "SubqueryInExpression");
  }

  /** So the getters show all that there is; a field without one could hide from the walk. */
  @Test
  void everyFieldOfAnAllowedNodeHasAGetter() throws Exception {
    List<String> hidden = new ArrayList<>();
    for (Class<?> kind : kinds()) {
      Set<String> shown =
          Arrays.stream(kind.getMethods()).map(EplNode::property).collect(Collectors.toSet());
      for (Class<?> c = kind; c != null && c != Object.class; c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          boolean same =
              shown.stream()
                  .anyMatch(s -> s.equalsIgnoreCase(field.getName().replaceFirst("^is", "")));
          if (!Modifier.isStatic(field.getModifiers()) && !same) {
            hidden.add(kind.getSimpleName() + "." + field.getName());
          }
        }
      }
    }

    assertThat(hidden).noneMatch(EplSandboxTest::isOfAnAllowedKind);
  }

  private static boolean isOfAnAllowedKind(String field) {
    return Stream.of(
            "EPStatementObjectModel.",
            "FromClause.",
            "FilterStream.",
            "PatternStream.",
            "Filter.",
            "View.",
            "SelectClause.",
            "Pattern",
            "Subquery",
            "PropertyValueExpression.",
            "ConstantExpression.",
            "CaseSwitch",
            "SingleRowMethod",
            "DotExpressionItemCall",
            "TimePeriod")
        .anyMatch(field::startsWith);
  }

  /** Grafts hostile expressions at random places of benign models, and writes them as EPL. */
  @Test
  void graftedStatementsAreRefused() throws Exception {
    Random random = new Random(7);
    int grafted = 0;
    for (String epl : EplStatements.BENIGN) {
      for (int round = 0; round < 20; round++) {
        EPStatementObjectModel model =
            (EPStatementObjectModel) ((Parsed.Statement) EsperStatement.parse(epl)).model();
        List<List<Expression>> places = new ArrayList<>();
        collect(model, places);
        if (places.isEmpty()) {
          continue;
        }
        List<Expression> place = places.get(random.nextInt(places.size()));
        place.set(random.nextInt(place.size()), hostile(random));
        grafted++;
        String text = model.toEPL();

        assertThat(check(text)).as(text).isNotEmpty();
      }
    }
    assertThat(grafted).isGreaterThan(500);
  }

  private static Expression hostile(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> Expressions.staticMethod("java.lang.Runtime", "getRuntime");
      case 1 -> Expressions.cast("id", "java.io.File");
      case 2 -> Expressions.property("id.class.classLoader");
      case 3 -> Expressions.currentTimestamp();
      default -> Expressions.regexp("id", "(a+)+$");
    };
  }

  /** The lists of expressions anywhere in a bean. */
  private static void collect(Object bean, List<List<Expression>> places) throws Exception {
    for (var getter : bean.getClass().getMethods()) {
      if (!EplNode.property(getter).isEmpty()) {
        Object value = getter.invoke(bean);
        if (value instanceof List<?> list && !list.isEmpty()) {
          if (list.stream().allMatch(Expression.class::isInstance)) {
            @SuppressWarnings("unchecked")
            List<Expression> expressions = (List<Expression>) list;
            places.add(expressions);
          }
          for (Object item : list) {
            if (isBean(item)) {
              collect(item, places);
            }
          }
        } else if (isBean(value)) {
          collect(value, places);
        }
      }
    }
  }

  private static boolean isBean(Object value) {
    return value != null
        && value.getClass().getPackage() == EPStatementObjectModel.class.getPackage()
        && !(value instanceof Enum<?>);
  }

  private static EplNode where(EplNode condition) {
    EplNode g = new EplNode("PropertyValueExpression", Map.of("propertyName", "g"));
    EplNode select =
        new EplNode(
            "SelectClause",
            Map.of(
                "streamSelector",
                "ISTREAM_ONLY",
                "selectList",
                List.of(new EplNode("SelectClauseExpression", Map.of("expression", g)))));
    EplNode stream =
        new EplNode(
            "FilterStream", Map.of("filter", new EplNode("Filter", Map.of("eventTypeName", "ok"))));
    EplNode from = new EplNode("FromClause", Map.of("streams", List.of(stream)));
    return new EplNode(
        "EPStatementObjectModel",
        Map.of("selectClause", select, "fromClause", from, "whereClause", condition));
  }

  private static List<Class<?>> kinds() throws Exception {
    List<Class<?>> kinds = new ArrayList<>();
    String folder = EPStatementObjectModel.class.getPackageName().replace('.', '/') + "/";
    Path jar =
        Path.of(
            EPStatementObjectModel.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    try (JarFile classes = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(classes.entries())) {
        String name = entry.getName();
        if (name.startsWith(folder) && name.endsWith(".class")) {
          Class<?> kind = Class.forName(name.replace('/', '.').replace(".class", ""));
          if (!kind.isInterface() && !kind.isEnum()) {
            kinds.add(kind);
          }
        }
      }
    }
    return kinds;
  }

  /** Compiles, deploys and feeds a statement behind the restricted configuration. */
  private static void run(String epl, boolean restricted) throws Exception {
    Configuration configuration = new Configuration();
    for (String stream : STREAMS.keySet()) {
      configuration
          .getCommon()
          .addEventType(
              stream,
              new String[] {"g", "t", "id", "ip", "bytes"},
              new Object[] {String.class, long.class, String.class, String.class, Double.class});
    }
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    if (restricted) {
      EsperStatement.restrict(configuration);
    }
    var compiled =
        EPCompilerProvider.getCompiler().compile(epl, new CompilerArguments(configuration));
    EPRuntime runtime = EPRuntimeProvider.getRuntime("sandbox", configuration);
    try {
      var statements = runtime.getDeploymentService().deploy(compiled).getStatements();
      for (var statement : statements) {
        // Esper does not evaluate a select list that nobody listens to.
        statement.addListener((rows, old, of, by) -> {});
      }
      for (int i = 1; i < 20; i++) {
        runtime.getEventService().advanceTime(i * 1000L);
        runtime
            .getEventService()
            .sendEventObjectArray(
                new Object[] {"k", i * 1000L, "e" + i, "10.0.0." + i, 2.0 * i},
                i % 3 == 0 ? "ok" : "failed");
      }
    } finally {
      runtime.destroy();
    }
  }
}
