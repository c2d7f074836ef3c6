package io.vigie.rules.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafePatternTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:){2}",
        "(a+)+$",
        "\\{1000\\}\\{1000\\}",
        "x{1000}",
        "(?:https?://)?[^/]{1,64}\\.example\\.com"
      })
  void ordinaryPatternsAreAccepted(String text) {
    assertThat(SafePattern.compile(text, 0).accepted()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "(a{1000}){1000}, REGEX_TOO_LARGE",
    "((a{100}){100}){100}, REGEX_TOO_LARGE",
    "(?=a), BAD_REGEX",
    "(a)\\1, BAD_REGEX",
    "a{1001}, BAD_REGEX"
  })
  void bombsAndForeignSyntaxAreRefused(String text, String code) {
    assertThat(SafePattern.compile(text, 0).refused())
        .extracting(SafePattern.Refused::code)
        .isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"4096, ", "4097, REGEX_TOO_LONG"})
  void lengthIsBounded(int length, String code) {
    var refused = SafePattern.compile("a".repeat(length), 0).refused();

    assertThat(refused == null ? null : refused.code()).isEqualTo(code);
  }
}
