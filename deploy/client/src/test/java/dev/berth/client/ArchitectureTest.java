package dev.berth.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;

/** Rooms import only those before them in the list of the root's package-info, and nothing but what the jar has. */
@AnalyzeClasses(packages = "dev.berth.client", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> ROOMS = List.of("api", "call", "profile", "screen", "terminal");

    @ArchTest
    static void roomsImportOnlyThoseBeforeThemAndNoCommand(JavaClasses classes) {
        for (int i = 0; i < ROOMS.size(); i++) {
            String[] later = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(room -> "dev.berth.client." + room + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.berth.client." + ROOMS.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.berth.client")
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @ArchTest
    static void nothingIsNeededButThreeSmallLibrariesAndTheRulesOfInvoices(JavaClasses classes) {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.berth.client..",
                        "dev.berth.billing.invoice..",
                        "dev.berth.schema.unit..",
                        "java..",
                        "javax.net.ssl..",
                        "picocli..",
                        "tools.jackson..",
                        "org.jspecify..")
                .check(classes);
    }
}
