package dev.berth.schema;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.berth.schema.id.Uuid7;
import java.time.Clock;
import java.time.Instant;

/** What crosses a service boundary knows nothing of services, frameworks and the time of day. */
@AnalyzeClasses(packages = "dev.berth.schema", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.berth.schema";
    private static final String[] ROOMS = {
        ROOT + ".account",
        ROOT + ".tenant",
        ROOT + ".workload",
        ROOT + ".container",
        ROOT + ".usage",
        ROOT + ".invoice",
        ROOT + ".standing"
    };

    @ArchTest
    static final ArchRule thereIsNoSpring =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework..", "jakarta..");

    @ArchTest
    static final ArchRule aRoomKnowsOnlyEventsIdsAndUnits = classes()
            .that()
            .resideInAnyPackage(ROOMS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    ROOMS,
                    ROOT,
                    ROOT + ".id",
                    ROOT + ".unit",
                    "java..",
                    "org.jspecify..",
                    "com.fasterxml.jackson.annotation.."));

    @ArchTest
    static final ArchRule roomsDoNotKnowEachOther = slices().matching(
                    ROOT + ".(account|tenant|workload|container|usage|invoice|standing)")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule idsAndUnitsKnowNothing = classes()
            .that()
            .resideInAnyPackage(ROOT + ".id", ROOT + ".unit")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".id", ROOT + ".unit", "java..", "org.jspecify..", "com.fasterxml.jackson.annotation..");

    @ArchTest
    static final ArchRule nothingHereKnowsTheWire = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".wire..");

    @ArchTest
    static final ArchRule theWireKnowsNoEventAndNoTable = noClasses()
            .that()
            .resideInAPackage(ROOT + ".wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(with(ROOMS, ROOT + ".db.."));

    @ArchTest
    static final ArchRule tablesOfServicesDoNotMix =
            slices().matching(ROOT + ".db.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule nothingThatTravelsIsAFloatingPointNumber = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(with(ROOMS, ROOT, ROOT + ".unit"))
            .should()
            .notHaveRawType(double.class)
            .andShould()
            .notHaveRawType(float.class);

    @ArchTest
    static final ArchRule timeIsAnArgument = noClasses()
            .that()
            .areNotAssignableTo(Uuid7.class)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".db..")
            .should()
            .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper|Common)(\\$.*)?")
            .orShould()
            .haveNameMatching(".*\\.(Default|Abstract)[A-Z][^.]*");

    private static String[] with(String[] some, String... more) {
        return java.util.stream.Stream.of(some, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
    }
}
