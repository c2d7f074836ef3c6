package io.vigie.rules.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleText;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a condition means: condition, the selections that hold, whether it holds. */
final class ConditionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          a                             ~ a                 ~ yes
          a                             ~ b                 ~ no
          a and b                       ~ a b               ~ yes
          a and b                       ~ a                 ~ no
          a or b                        ~ b                 ~ yes
          a or b                        ~ x_1               ~ no
          not a                         ~ b                 ~ yes
          not a                         ~ a                 ~ no
          not not a                     ~ a                 ~ yes
          a or b and x_1                ~ a                 ~ yes
          (a or b) and x_1              ~ a                 ~ no
          (a or b) and x_1              ~ b x_1             ~ yes
          not a and b                   ~ b                 ~ yes
          not a and b                   ~ a b               ~ no
          not (a and b)                 ~ a                 ~ yes
          a AND NOT b                   ~ a                 ~ yes
          1 of x_*                      ~ x_2               ~ yes
          1 of x_*                      ~ a                 ~ no
          all of x_*                    ~ x_1 x_2           ~ no
          all of x_*                    ~ x_1 x_2 x_3       ~ yes
          2 of x_*                      ~ x_1 x_3           ~ yes
          2 of x_*                      ~ x_1               ~ no
          1 of a                        ~ a                 ~ yes
          1 of them                     ~ b                 ~ yes
          1 of them                     ~ _hidden           ~ no
          1 of _*                       ~ _hidden           ~ yes
          all of them                   ~ a b x_1 x_2 x_3   ~ yes
          all of them                   ~ a b x_1 x_2       ~ no
          a and not 1 of x_*            ~ a                 ~ yes
          a and not 1 of x_*            ~ a x_3             ~ no
          a and not all of x_*          ~ a x_3             ~ yes
          1 of *_1                      ~ x_1               ~ yes
          '[a, b]'                      ~ b                 ~ yes
          '[a, b]'                      ~ x_1               ~ no
          '[1 of x_*, a and b]'         ~ a b               ~ yes
          '[1 of x_*, a and b]'         ~ a                 ~ no
          '[not a, not b]'              ~ a                 ~ yes
          '[not a, not b]'              ~ a b               ~ no
          any of x_*                    ~ x_2               ~ yes
          any of them                   ~ _hidden           ~ no
          1 of them                     ~ _hidden x_2       ~ yes
          1 OF THEM                     ~ x_2               ~ yes
          All Of x_*                    ~ x_1 x_2 x_3       ~ yes
          not 1 of them                 ~ _hidden           ~ yes
          not 1 of them                 ~ x_1               ~ no
          not all of them               ~ a b x_1 x_2       ~ yes
          all of _*                     ~ _hidden           ~ yes
          1 of x_* and 1 of _*          ~ x_1 _hidden       ~ yes
          1 of x_* and 1 of _*          ~ x_1               ~ no
          1 of *                        ~ _hidden           ~ yes
          1 of x*1                      ~ x_1               ~ yes
          1 of x*1                      ~ x_2               ~ no
          (a)and(not(b))                ~ a                 ~ yes
          (a)and(not(b))                ~ a b               ~ no
          not a or b                    ~ a b               ~ yes
          not (a or b)                  ~ x_1               ~ yes
          a and (b or not x_1)          ~ a x_1             ~ no
          ((a))                         ~ a                 ~ yes
          '[a and b, x_1]'              ~ b                 ~ no
          """)
  void conditionsCombineSelections(String condition, String holding, String expected) {
    String detection =
        """

          a: {a: 1}
          b: {b: 1}
          x_1: {x_1: 1}
          x_2: {x_2: 1}
          x_3: {x_3: 1}
          _hidden: {_hidden: 1}
          condition: %s"""
            .formatted(condition)
            .indent(2);
    String event =
        Arrays.stream(holding.split(" ", -1))
            .map(name -> "\"" + name + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(RuleText.matches(detection, event)).isEqualTo(expected.equals("yes"));
  }
}
