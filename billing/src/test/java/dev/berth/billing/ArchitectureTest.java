package dev.berth.billing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** Which room may import which: the list is the design. */
class ArchitectureTest {
    private static final String ROOT = "dev.berth.billing";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /**
     * In the order of the data: each may import rooms that it has passed. The books (ledger) and the prices (catalog) import nothing, so
     * that whoever owes, charges and pays can write to the one and read the other.
     */
    private static final Map<String, List<String>> MAY_IMPORT = new LinkedHashMap<>();

    static {
        MAY_IMPORT.put("edge", List.of());
        MAY_IMPORT.put("catalog", List.of());
        MAY_IMPORT.put("ledger", List.of("edge"));
        MAY_IMPORT.put("customer", List.of("edge", "catalog"));
        MAY_IMPORT.put("rating", List.of("edge", "catalog", "customer"));
        MAY_IMPORT.put("tax", List.of("edge", "catalog", "customer", "rating"));
        MAY_IMPORT.put("coupon", List.of("edge", "customer"));
        MAY_IMPORT.put("credit", List.of("edge", "customer", "ledger"));
        MAY_IMPORT.put(
                "invoice", List.of("edge", "catalog", "customer", "rating", "ledger", "tax", "coupon", "credit"));
        MAY_IMPORT.put("payment", List.of("edge", "invoice", "ledger"));
        MAY_IMPORT.put("standing", List.of("edge", "customer", "invoice"));
    }

    @Test
    void roomsImportOnlyWhatTheListAllows() {
        MAY_IMPORT.forEach((room, allowed) -> {
            List<String> others = new ArrayList<>(MAY_IMPORT.keySet());
            others.remove(room);
            others.removeAll(allowed);
            noClasses()
                    .that()
                    .resideInAPackage("%s.%s".formatted(ROOT, room))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others.stream()
                            .map(other -> "%s.%s".formatted(ROOT, other))
                            .toArray(String[]::new))
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT)
                    .check(CLASSES);
        });
    }

    @Test
    void everyPackageIsARoomOfTheList() {
        classes()
                .should()
                .resideInAnyPackage(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(ROOT),
                                MAY_IMPORT.keySet().stream().map(room -> "%s.%s".formatted(ROOT, room)))
                        .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void billingReadsNoOtherServicesTables() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.berth.schema.db.gateway..",
                        "dev.berth.schema.db.provisioner..",
                        "dev.berth.schema.db.metering..")
                .check(CLASSES);
    }

    @Test
    void theClockIsGivenAndMoneyIsNoFloatingPoint() {
        noClasses().should().callMethod(java.time.Instant.class, "now").check(CLASSES);
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields()
                .should()
                .haveRawType(double.class)
                .orShould()
                .haveRawType(float.class)
                .orShould()
                .haveRawType(Double.class)
                .check(CLASSES);
    }

    @Test
    void theModulesHoldTogether() {
        ApplicationModules.of(BillingApplication.class).verify();
    }
}
