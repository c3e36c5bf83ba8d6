package dev.berth.billing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
        MAY_IMPORT.put("time", List.of());
        MAY_IMPORT.put("batch", List.of());
        MAY_IMPORT.put("edge", List.of("time"));
        MAY_IMPORT.put("catalog", List.of());
        MAY_IMPORT.put("ledger", List.of("time", "edge"));
        MAY_IMPORT.put("customer", List.of("time", "edge", "catalog"));
        MAY_IMPORT.put("rating", List.of("edge", "batch", "catalog", "customer"));
        MAY_IMPORT.put("tax", List.of("edge", "catalog", "customer", "rating"));
        MAY_IMPORT.put("coupon", List.of("time", "edge", "customer"));
        MAY_IMPORT.put("credit", List.of("time", "edge", "batch", "customer", "ledger"));
        MAY_IMPORT.put("proof", List.of("edge", "batch", "rating"));
        MAY_IMPORT.put(
                "invoice",
                List.of(
                        "time",
                        "edge",
                        "batch",
                        "catalog",
                        "customer",
                        "rating",
                        "proof",
                        "ledger",
                        "tax",
                        "coupon",
                        "credit"));
        MAY_IMPORT.put("payment", List.of("time", "edge", "invoice", "ledger"));
        MAY_IMPORT.put("cap", List.of("time", "edge", "catalog", "customer", "rating", "invoice", "ledger"));
        MAY_IMPORT.put("standing", List.of("time", "edge", "customer", "invoice", "cap"));
        MAY_IMPORT.put("stripe", List.of("time", "edge", "customer", "payment"));
        MAY_IMPORT.put("notice", List.of("edge", "payment", "stripe"));
        MAY_IMPORT.put("testclock", List.of("time", "edge", "customer", "invoice", "standing", "stripe"));
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

    /** The customer's command line has that jar inside, and none of the libraries that the service needs. */
    @Test
    void theJarOfTheRulesHasAllThatRecomputesAnInvoiceAndNeedsNoLibraryButOne() throws java.io.IOException {
        List<PathMatcher> included = Pattern.compile("<include>(.*)</include>")
                .matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .map(found -> FileSystems.getDefault().getPathMatcher("glob:" + found.group(1)))
                .toList();
        Set<JavaClass> needed = new LinkedHashSet<>();
        needed(CLASSES.get(ROOT + ".invoice.EvidenceCheck"), needed);
        assertThat(needed).hasSizeGreaterThan(30).allSatisfy(one -> {
            Path file = Path.of(one.getName().replace('.', '/') + ".class");
            assertThat(included).as(one.getName()).anyMatch(matcher -> matcher.matches(file));
            assertThat(one.getDirectDependenciesFromSelf().stream()
                            .map(dependency -> dependency
                                    .getTargetClass()
                                    .getBaseComponentType()
                                    .getPackageName()))
                    .as(one.getName())
                    .allMatch(
                            name -> name.matches(
                                    "|java\\..*|tools\\.jackson\\..*|org\\.jspecify\\..*|dev\\.berth\\.schema(\\.id|\\.unit)?|dev\\.berth\\.billing\\..*"));
        });
    }

    private static void needed(JavaClass one, Set<JavaClass> found) {
        if (found.add(one)) {
            one.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .filter(target -> !target.getSimpleName().equals("YamlText")) // loaded only by who reads YAML
                    .forEach(target -> needed(target, found));
        }
    }

    @Test
    void theModulesHoldTogether() {
        ApplicationModules.of(BillingApplication.class).verify();
    }
}
