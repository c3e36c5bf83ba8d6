package dev.berth.metering;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {
    /** In the order in which data visits them: a room may use those before it, and schema. */
    private static final List<String> ROOMS =
            List.of("edge", "inventory", "egress", "interval", "window", "usage", "audit");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.berth.metering");

    @Test
    void roomsUseOnlyTheRoomsBeforeThem() {
        var rule = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("dev.berth.metering..");
        rule = rule.layer("start").definedBy("dev.berth.metering");
        for (String room : ROOMS) {
            rule = rule.layer(room).definedBy("dev.berth.metering." + room + "..");
        }
        rule = rule.whereLayer("start").mayNotBeAccessedByAnyLayer();
        for (int i = 0; i < ROOMS.size(); i++) {
            List<String> after = new java.util.ArrayList<>(ROOMS.subList(i + 1, ROOMS.size()));
            after.add("start");
            rule = rule.whereLayer(ROOMS.get(i)).mayOnlyBeAccessedByLayers(after.toArray(String[]::new));
        }
        rule.check(CLASSES);
    }

    @Test
    void meteringKnowsNoOtherServicesTables() {
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.berth.schema.db.gateway..",
                        "dev.berth.schema.db.provisioner..",
                        "dev.berth.schema.db.billing..")
                .check(CLASSES);
    }

    @Test
    void theModulesVerify() {
        ApplicationModules.of(MeteringApplication.class).verify();
    }
}
