package io.vigie.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.correlation.EplSandbox.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EplSandboxTest {
  private static final Map<String, Set<String>> STREAMS =
      Map.of(
          "failed", Set.of("g", "t", "id", "ip", "bytes"),
          "ok", Set.of("g", "t", "id", "ip", "bytes"),
          "other", Set.of("g", "t", "id", "ip", "bytes"));
  private static final Duration TIMESPAN = Duration.ofMinutes(10);

  static List<String> benign() {
    return EplStatements.BENIGN;
  }

  static List<Arguments> refused() {
    return EplStatements.REFUSED.stream().map(line -> Arguments.of(line[0], line[1])).toList();
  }

  private static List<Refusal> check(String epl) {
    return EplSandbox.check(epl, STREAMS, TIMESPAN);
  }

  @ParameterizedTest
  @MethodSource("benign")
  void whatARuleNeedsIsAllowed(String epl) {
    assertThat(check(epl)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCouldDoHarmIsRefused(String code, String epl) {
    List<Refusal> refusals = check(epl);

    assertThat(refusals).extracting(Refusal::code).contains(code);
    assertThat(refusals).allSatisfy(r -> assertThat(r.reason()).isNotBlank());
  }
}
