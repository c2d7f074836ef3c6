package io.vigie.ruletest;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a correlation language must be able to say. Each file says one thing that analysts want to
 * know, with cases that fire, near misses, and events that are late.
 */
final class ExpressivenessTest {
  @TestFactory
  Stream<DynamicTest> everythingThatAnalystsAskForCanBeSaid() {
    return RuleLibraryTest.tests(Path.of("src/test/resources/expressiveness").toAbsolutePath());
  }
}
