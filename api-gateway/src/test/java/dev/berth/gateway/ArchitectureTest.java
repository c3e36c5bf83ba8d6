package dev.berth.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {
    private static final String ROOT = "dev.berth.gateway.";

    /** In the order in which data visits them; each may import those before it. */
    private static final List<String> ROOMS = List.of(
            "edge",
            "audit",
            "mail",
            "account",
            "operator",
            "announcement",
            "member",
            "proof",
            "factor",
            "login",
            "quota",
            "operation",
            "volume",
            "secret",
            "registry",
            "workload",
            "trigger",
            "stack",
            "standing",
            "feed",
            "callout",
            "webhook",
            "letter",
            "closing",
            "forward",
            "export",
            "portal");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.berth.gateway", "dev.berth.schema");

    @Test
    void roomsImportOnlyRoomsBeforeThem() {
        for (int i = 0; i < ROOMS.size(); i++) {
            String[] later = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(room -> ROOT + room + "..")
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + ROOMS.get(i) + "..")
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(later))
                        .check(CLASSES);
            }
        }
    }

    @Test
    void roomsImportNothingFromTheRoot() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.berth.gateway")
                .check(CLASSES);
    }

    @Test
    void onlyItsOwnTablesAreImported() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.gateway..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.berth.schema.db.provisioner..",
                        "dev.berth.schema.db.metering..",
                        "dev.berth.schema.db.billing.."))
                .check(CLASSES);
    }

    @Test
    void onlyRepositoriesAndTheFeedsMirrorTouchTables() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "edge",
                        ROOT + "audit",
                        ROOT + "mail",
                        ROOT + "account",
                        ROOT + "operator",
                        ROOT + "announcement",
                        ROOT + "member",
                        ROOT + "proof",
                        ROOT + "factor",
                        ROOT + "login",
                        ROOT + "quota",
                        ROOT + "operation",
                        ROOT + "volume",
                        ROOT + "secret",
                        ROOT + "registry",
                        ROOT + "workload",
                        ROOT + "trigger",
                        ROOT + "stack",
                        ROOT + "standing",
                        ROOT + "callout",
                        ROOT + "webhook",
                        ROOT + "letter",
                        ROOT + "closing",
                        ROOT + "export")
                .and()
                .haveSimpleNameNotEndingWith("Repository")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.berth.schema.db.gateway..")
                .check(CLASSES);
    }

    @Test
    void modulesHoldTogether() {
        ApplicationModules.of(GatewayApplication.class).verify();
    }
}
