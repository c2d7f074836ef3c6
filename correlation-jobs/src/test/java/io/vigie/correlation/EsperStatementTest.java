package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Esper itself writes a fault into its log and goes on as if the row were not there. */
class EsperStatementTest {
  private static final String SATISFIED = "@name('satisfied') select g, closing from ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        SATISFIED + "Row where n / (n - n) > 1",
        SATISFIED + "Row#time(10 sec) group by g having sum(n) / (sum(n) - sum(n)) > 1",
        "@name('satisfied') select g, closing, n / (n - n) as x from Row",
        SATISFIED + "Row where matches(v, '(')",
        SATISFIED + "Row#time(10 sec) group by g having percentile(window(n), 1000) > 1",
        "@name('satisfied') select g, v as closing from Row",
        SATISFIED
            + "Row as r where exists (select * from Row#time(1 sec) as o where o.n / (o.n - o.n) > 1)"
      })
  void whatARowBreaksIsThrownToWhoeverFedIt(String epl) {
    try (EsperStatement statement = EsperStatement.generated(epl, 0, 10)) {
      statement.advance(1000, time -> {});
      assertThatThrownBy(() -> statement.send("g", row("e1"), 1000))
          .isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void whatATimerBreaksIsThrownToWhoeverMovedTheClock() {
    String epl =
        "@name('satisfied') select p.g as g, p.closing as closing, p.n / (p.n - p.n) as x"
            + " from pattern [every p=Row -> (timer:interval(5 sec) and not Row(position = 4))]";
    try (EsperStatement statement = EsperStatement.generated(epl, 0, 10)) {
      statement.advance(1000, time -> {});
      statement.send("g", row("e1"), 1000);
      assertThatThrownBy(() -> statement.advance(10_000, time -> {}))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void saysOfAGroupAndTimeWhatItHasSaidOnce() {
    String epl =
        "@name('satisfied') select a.g as g, a.closing as closing from Row#time(10 sec) as a,"
            + " Row#time(10 sec) as b where a.g = b.g";
    try (EsperStatement statement = EsperStatement.generated(epl, 0, 10)) {
      statement.advance(1000, time -> {});
      int rows = 0;
      for (int i = 0; i < 5; i++) {
        rows = statement.send("g", row("e" + i), 1000);
      }
      assertThat(rows).isEqualTo(9);
      assertThat(statement.takeSatisfied()).hasSize(1);
    }
  }

  private static Row row(String id) {
    Match match = new Match("r", List.of("g"), 0, 1000, id, List.of(), 1, List.of());
    return new Row(match, 0, "v", BigDecimal.ONE, true);
  }
}
