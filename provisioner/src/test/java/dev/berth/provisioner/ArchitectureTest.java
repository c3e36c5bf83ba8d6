package dev.berth.provisioner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** Rooms import only what comes before them in the order in which data visits them. */
class ArchitectureTest {
    private static final String ROOT = "dev.berth.provisioner";
    private static final List<String> ROOMS = List.of(
            "desired",
            "tenant",
            "engine",
            "egress",
            "lifecycle",
            "placement",
            "volume",
            "content",
            "rollout",
            "reconcile",
            "stream");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void roomsImportOnlyRoomsBeforeThem() {
        for (int room = 0; room < ROOMS.size(); room++) {
            String[] later = ROOMS.subList(room + 1, ROOMS.size()).stream()
                    .map(name -> ROOT + "." + name + "..")
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + ROOMS.get(room) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void theRootImportsNoRoom() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOMS.stream().map(name -> ROOT + "." + name + "..").toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void nobodyImportsTheReconciler() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".reconcile..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".reconcile..")
                .check(CLASSES);
    }

    @Test
    void onlyTheEngineKnowsDockerJava() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava..")
                .check(CLASSES);
    }

    @Test
    void onlyRepositoriesAndListenersTouchTheDatabasesTables() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Repository")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.berth.schema.db..")
                .check(CLASSES);
    }

    @Test
    void plansArePure() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".rollout..")
                .and()
                .haveSimpleNameNotEndingWith("Repository")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jooq..", "org.springframework..", "java.io..", "java.net..", "java.sql..")
                .check(CLASSES);
    }

    @Test
    void nobodyImportsAnotherService() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages("dev.berth.gateway..", "dev.berth.metering..", "dev.berth.billing..")
                .check(CLASSES);
    }

    @Test
    void modulesHoldTogether() {
        ApplicationModules.of(ProvisionerApplication.class).verify();
    }
}
