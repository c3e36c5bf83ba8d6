package dev.berth.stripe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;

/** Rooms import only those before them in the list of the root's package-info; nothing of Berth or of Stripe's library is known. */
@AnalyzeClasses(packages = "dev.berth.stripe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> ROOMS =
            List.of("state", "wire", "card", "fault", "webhook", "resource", "hosted", "server");

    @ArchTest
    static void roomsImportOnlyThoseBeforeThem(JavaClasses classes) {
        for (int i = 0; i < ROOMS.size() - 1; i++) {
            String[] later = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(room -> "dev.berth.stripe." + room + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.berth.stripe." + ROOMS.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .check(classes);
        }
    }

    @ArchTest
    static void theDoubleKnowsNeitherWhatItIsForNorWhatItDoubles(JavaClasses classes) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.stripe..",
                        "org.springframework..",
                        "dev.berth.schema..",
                        "dev.berth.billing..",
                        "dev.berth.launcher..")
                .check(classes);
    }
}
