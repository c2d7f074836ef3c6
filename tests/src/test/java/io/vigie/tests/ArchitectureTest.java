package io.vigie.tests;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The boundaries that keep the core plain: what may know what. */
class ArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.vigie");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vigie.yaml",
        "io.vigie.ingest",
        "io.vigie.enrichment",
        "io.vigie.rules",
        "io.vigie.correlation",
        "io.vigie.alert",
        "io.vigie.job",
        "io.vigie.cli"
      })
  void everyPackageIsLookedAt(String name) {
    assertThat(PRODUCT.containPackage(name)).isTrue();
  }

  @Test
  void onlyTheJobKnowsFlink() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vigie.job..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.flink..")
        .because("what thinks is tested in milliseconds, without a cluster")
        .check(PRODUCT);
  }

  @Test
  void oneClassKnowsEsper() {
    noClasses()
        .that(areNotPartOf("io.vigie.correlation.EsperStatement"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.espertech..")
        .because("the engine must stay replaceable")
        .check(PRODUCT);
  }

  @Test
  void yamlKnowsNothingOfOurs() {
    knowsOnly("io.vigie.yaml..");
  }

  @Test
  void ingestKnowsYamlOnly() {
    knowsOnly("io.vigie.ingest..", "io.vigie.yaml..");
  }

  @Test
  void enrichmentKnowsIngestAndYamlOnly() {
    knowsOnly("io.vigie.enrichment..", "io.vigie.ingest..", "io.vigie.yaml..");
  }

  @Test
  void rulesKnowIngestAndYamlOnly() {
    knowsOnly("io.vigie.rules..", "io.vigie.ingest..", "io.vigie.yaml..");
  }

  @Test
  void whatTheJobRunsKnowsNeitherTheJobNorTheCommandLine() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vigie.correlation..",
            "io.vigie.alert..",
            "io.vigie.reference..",
            "io.vigie.topic..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vigie.job..", "io.vigie.cli..")
        .check(PRODUCT);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Dto)(\\$.*)?")
        .check(PRODUCT);
  }

  @Test
  void nobodyLogsByOtherMeansThanSlf4j() {
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(PRODUCT);
  }

  @Test
  void onlyWhoSpeaksToAPersonWritesToTheScreen() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.vigie.cli..", "io.vigie.demo..", "io.vigie.embedded..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(PRODUCT);
  }

  @Test
  void publicClassesOfTheJobShowNoFields() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("io.vigie.job..")
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and(
            DescribedPredicate.describe(
                "are no constants",
                field -> !field.getModifiers().containsAll(Set.of(STATIC, FINAL))))
        .should()
        .notBePublic()
        .check(PRODUCT);
  }

  @Test
  void nothingIsMocked() {
    assertThat(Stream.of("org.mockito.Mockito", "org.easymock.EasyMock").filter(this::isPresent))
        .isEmpty();
  }

  private boolean isPresent(String className) {
    return getClass().getClassLoader().getResource(className.replace('.', '/') + ".class") != null;
  }

  /** The first package depends, of all our packages, on itself and the others that are named. */
  private static void knowsOnly(String... packages) {
    classes()
        .that()
        .resideInAPackage(packages[0])
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideOutsideOfPackage("io.vigie..")
                .or(JavaClass.Predicates.resideInAnyPackage(packages)))
        .as(packages[0] + " knows of ours only " + Arrays.toString(packages))
        .check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> areNotPartOf(String className) {
    return DescribedPredicate.describe(
        "are not part of " + className,
        javaClass ->
            !javaClass.getName().equals(className)
                && !javaClass.getName().startsWith(className + "$"));
  }
}
