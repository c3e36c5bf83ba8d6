package dev.berth.schema.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The jOOQ code that is checked in is the one that the migrations give. After a new migration write it with
 * {@code mvn -pl schema test -Dtest=JooqDriftTest -Dberth.jooq.write=<service>|all}.
 */
@Tag("parts")
class JooqDriftTest {
    private static final Path CHECKED_IN = Path.of("src/main/java/dev/berth/schema/db");

    @TempDir
    Path fresh;

    @ParameterizedTest
    @EnumSource(Service.class)
    void generatedCodeMatchesTheMigrations(Service service) throws Exception {
        String write = System.getProperty("berth.jooq.write", "");
        try (TestDatabase database = TestDatabase.fresh(service)) {
            generate(service, database.jdbcUrl(), fresh);
        }
        Path made = fresh.resolve("dev/berth/schema/db").resolve(service.schema());
        Path kept = CHECKED_IN.resolve(service.schema());
        if (write.equals("all") || write.equals(service.schema())) {
            replace(made, kept);
        }
        assertThat(contents(kept))
                .as("generated code of %s; see this test's comment for how to write it anew", service.schema())
                .isEqualTo(contents(made));
    }

    private static void generate(Service service, String url, Path into) throws Exception {
        GenerationTool.generate(new Configuration()
                .withJdbc(new Jdbc()
                        .withDriver("org.postgresql.Driver")
                        .withUrl(url)
                        .withUser(service.role())
                        .withPassword(""))
                .withGenerator(new Generator()
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withInputSchema(service.schema())
                                .withOutputSchemaToDefault(true)
                                .withIncludes(".*")
                                .withIncludeRoutines(false)
                                .withExcludes("flyway_schema_history|outbox|inbox_event|quarantine|lease")
                                .withForcedTypes(forcedTypes()))
                        .withGenerate(new Generate()
                                .withRecords(true)
                                .withDeprecated(false)
                                .withGeneratedAnnotation(false)
                                .withJavaTimeTypes(true)
                                .withRelations(true)
                                .withGlobalCatalogReferences(false))
                        .withTarget(new Target()
                                .withPackageName("dev.berth.schema.db." + service.schema())
                                .withDirectory(into.toString()))));
    }

    private static List<ForcedType> forcedTypes() {
        Map<String, String> ids = Map.ofEntries(
                Map.entry("account_id", "AccountId"),
                Map.entry("user_id", "UserId"),
                Map.entry("api_key_id", "ApiKeyId"),
                Map.entry("operator_key_id", "OperatorKeyId"),
                Map.entry("announcement_id", "AnnouncementId"),
                Map.entry("login_id", "LoginId"),
                Map.entry("stack_id", "StackId"),
                Map.entry("session_id", "SessionId"),
                Map.entry("invitation_id", "InvitationId"),
                Map.entry("mail_id", "MailId"),
                Map.entry("volume_id", "VolumeId"),
                Map.entry("snapshot_id", "SnapshotId"),
                Map.entry("secret_id", "SecretId"),
                Map.entry("trigger_id", "TriggerId"),
                Map.entry("workload_id", "WorkloadId"),
                Map.entry("container_id", "ContainerId"),
                Map.entry("invoice_id", "InvoiceId"),
                Map.entry("line_id", "InvoiceLineId"),
                Map.entry("payment_id", "PaymentId"),
                Map.entry("payment_method_id", "PaymentMethodId"),
                Map.entry("dispute_id", "DisputeId"),
                Map.entry("refund_id", "RefundId"),
                Map.entry("credit_note_id", "CreditNoteId"),
                Map.entry("credit_grant_id", "CreditGrantId"),
                Map.entry("tax_rate_id", "TaxRateId"),
                Map.entry("event_id", "EventId"),
                Map.entry("endpoint_id", "WebhookEndpointId"),
                Map.entry("delivery_id", "DeliveryId"),
                Map.entry("operation_id", "OperationId"));
        Stream<ForcedType> typed = new TreeMap<>(ids)
                .entrySet().stream()
                        .map(id -> new ForcedType()
                                .withUserType("dev.berth.schema.id." + id.getValue())
                                .withConverter(
                                        "org.jooq.Converter.ofNullable(java.util.UUID.class, %1$s.class, %1$s::new, %1$s::uuid)"
                                                .formatted("dev.berth.schema.id." + id.getValue()))
                                .withIncludeExpression(".*\\." + id.getKey())
                                .withIncludeTypes("uuid"));
        Stream<ForcedType> instants = Stream.of(
                new ForcedType().withName("INSTANT").withIncludeTypes("timestamptz|timestamp with time zone"));
        return Stream.concat(typed, instants).toList();
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.filter(Files::isRegularFile).toList()) {
                    files.put(root.relativize(path).toString(), Files.readString(path));
                }
            }
        }
        return files;
    }

    private static void replace(Path made, Path kept) throws IOException {
        if (Files.isDirectory(kept)) {
            try (Stream<Path> paths = Files.walk(kept)) {
                Path[] all = paths.sorted(Comparator.reverseOrder()).toArray(Path[]::new);
                for (Path path : Arrays.asList(all)) {
                    Files.delete(path);
                }
            }
        }
        if (!Files.isDirectory(made)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(made)) {
            for (Path path : paths.toList()) {
                Path target = kept.resolve(made.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }
}
