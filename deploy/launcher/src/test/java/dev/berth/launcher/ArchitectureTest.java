package dev.berth.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;

/** Rooms import only those before them in the list of the root's package-info. */
@AnalyzeClasses(packages = "dev.berth.launcher", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> ROOMS =
            List.of("data", "child", "engine", "machine", "broker", "part", "ring", "demo");

    @ArchTest
    static void roomsImportOnlyThoseBeforeThem(JavaClasses classes) {
        for (int i = 0; i < ROOMS.size() - 1; i++) {
            String[] later = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(room -> "dev.berth.launcher." + room + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.berth.launcher." + ROOMS.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .check(classes);
        }
    }

    @ArchTest
    static void noRoomKnowsTheCommands(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAnyPackage(ROOMS.stream()
                        .map(room -> "dev.berth.launcher." + room + "..")
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.berth.launcher")
                .check(classes);
    }

    @ArchTest
    static void ofTheServicesOnlyTheSchemaIsKnown(JavaClasses classes) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.berth.gateway..",
                        "dev.berth.provisioner..",
                        "dev.berth.metering..",
                        "dev.berth.billing..",
                        "dev.berth.schema.db..",
                        "com.github.dockerjava..")
                .check(classes);
    }
}
