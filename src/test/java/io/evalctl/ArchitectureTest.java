package io.evalctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmException;
import org.junit.jupiter.api.Test;

/** The package layout and its directions, as designed. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.evalctl");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.evalctl.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheEntryAndTheCommandsKnowTheCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.evalctl", "io.evalctl.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.evalctl.cli..")
        .check(CLASSES);
  }

  @Test
  void featuresDoNotKnowTheConsole() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.evalctl", "io.evalctl.cli..", "io.evalctl.console..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.evalctl.console..")
        .check(CLASSES);
  }

  @Test
  void whatIsMeasuredDoesNotKnowWhoMeasures() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.evalctl.subject..",
            "io.evalctl.chaos..",
            "io.evalctl.operator..",
            "io.evalctl.results..",
            "io.evalctl.process..",
            "io.evalctl.clock..",
            "io.evalctl.error..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.evalctl.campaign..", "io.evalctl.session..", "io.evalctl.report..")
        .check(CLASSES);
  }

  @Test
  void anOperatorKnowsNothingOfSubjectsAndFaults() {
    noClasses()
        .that()
        .resideInAPackage("io.evalctl.operator..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.evalctl.subject..", "io.evalctl.chaos..", "io.evalctl.results..")
        .check(CLASSES);
  }

  @Test
  void librariesStayInTheirRooms() {
    only("picocli..", "io.evalctl.cli..");
    only("org.sqlite..", "io.evalctl.results..", "io.evalctl.operator..");
    only(
        "java.sql..",
        "io.evalctl.results..",
        "io.evalctl.operator..",
        "io.evalctl.template..",
        "io.evalctl.eval..",
        "io.evalctl.rlm..");
    only("org.flywaydb..", "io.evalctl.results..", "io.evalctl.template..");
    only("org.postgresql..", "io.evalctl.template..");
    only("io.zonky..", "io.evalctl.template..");
    only(
        "com.github.dockerjava..",
        "io.evalctl.docker..",
        "io.evalctl.sandbox..",
        "io.evalctl.subject.compose..");
    only("com.jayway.jsonpath..", "io.evalctl.eval..", "io.evalctl.question..");
    only("java.net.http..", "io.evalctl.llm..", "io.evalctl.subject.compose..");
    only("com.networknt..", "io.evalctl.eval..");
    only("com.knuddels..", "io.evalctl.llm..");
    only("org.apache.zookeeper..", "io.evalctl.subject.zookeeper..");
    only("org.jline.jansi..", "io.evalctl.console..");
    only("org.apache.commons.statistics..", "io.evalctl.report..", "io.evalctl.campaign..");
  }

  @Test
  void onlyTheEntryEndsTheProcessAndNamesItsStreams() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Main.class)
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void thereIsOneExceptionAndOneForModels() {
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .arePublic()
        .should()
        .be(EvalctlException.class)
        .orShould()
        .be(LlmException.class)
        .check(CLASSES);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .check(CLASSES);
  }

  @Test
  void nothingSleepsButTheClock() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.evalctl.clock..", "io.evalctl.cli..")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class)
        .check(CLASSES);
    methods().should().notBeAnnotatedWith(Deprecated.class).check(CLASSES);
  }

  private static void only(String library, String... rooms) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }
}
