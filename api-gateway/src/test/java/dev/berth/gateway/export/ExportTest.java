package dev.berth.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.StandIns;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExportTest extends GatewayTest {
    private static final String CANARY = "canary-that-sings";
    private static final String PATH = "/v1/account/export.zip";

    private People people = new People(Api.at(1), Api.at(1));
    private People.Person owner = new People.Person("", "", "", Api.at(1));
    private String key = "";

    @BeforeEach
    void signUp() {
        people = new People(api(), api().key(OPERATOR));
        owner = people.owner();
        key = owner.browser()
                .post("/v1/api_keys", "{\"name\": \"all\"}")
                .expect(201)
                .text("secret");
    }

    private UUID account() {
        return AccountId.parse(owner.account()).uuid();
    }

    /** The files of the ZIP by their names. */
    private Map<String, String> export() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api().base() + PATH))
                .header("Authorization", "Bearer " + key)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode())
                    .as(new String(answer.body(), StandardCharsets.UTF_8))
                    .isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/zip");
            Map<String, String> files = new LinkedHashMap<>();
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return files;
        }
    }

    private void fill() {
        Api by = owner.browser();
        by.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}").expect(202);
        by.post("/v1/secrets", "{\"name\": \"token\", \"value\": \"%s\"}".formatted(CANARY))
                .expect(201);
        by.post("/v1/registry_credentials", """
                {"registry": "registry.example.com", "username": "u", "password": "%s"}""".formatted(CANARY)).expect(201);
        by.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "registry.example.com/web:1", "env": {"A": "b"},
                 "secrets": [{"name": "token", "env": "TOKEN"}]}""").expect(202);
        by.post("/v1/stacks", """
                {"name": "stack", "compose": "services: {one: {image: berth/sample:1, mem_limit: 64m, cpus: 0.05}}"}""").expect(202);
        StandIns.shared().invoice(owner.account(), "B-EXPORT", "final");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> by.get("/v1/events").body().contains("workload.created"));
    }

    @Test
    void hasEveryRowOfEveryTableAndNoSecret() throws Exception {
        people.joined(owner, "viewer");
        fill();
        String hook = owner.browser()
                .post("/v1/webhook_endpoints", "{\"url\": \"http://127.0.0.1:8099/hook\", \"events\": [\"invoice.*\"]}")
                .expect(201)
                .text("secret");
        Map<String, String> files = export();
        JsonNode manifest = Json.mapper().readTree(files.get(ExportFile.MANIFEST));
        assertThat(manifest.path("account").asString()).isEqualTo(owner.account());
        assertThat(files.keySet()).last().isEqualTo(ExportFile.MANIFEST);
        assertThat(manifest.path("files")).hasSize(files.size() - 1);
        for (JsonNode file : manifest.path("files")) {
            String name = file.path("name").asString();
            String text = files.get(name);
            assertThat(file.path("sha256").asString()).as(name).isEqualTo(sha256(text));
            assertThat(file.path("rows").asLong())
                    .as(name)
                    .isEqualTo(text.lines().count());
        }
        for (ExportRepository.Part part : ExportRepository.PARTS) {
            if (part.parent() == null
                    && !Set.of("feed_event", "audit_entry", "audit_chain").contains(part.name())) {
                long rows = superuser()
                        .fetchCount(
                                DSL.table(DSL.name("gateway", part.name())),
                                DSL.condition("account_id = ?", account()));
                assertThat(files.get(part.name() + ".ndjson").lines().count())
                        .as(part.name())
                        .isEqualTo(rows);
            }
        }
        String all = String.join("\n", files.values());
        assertThat(all).doesNotContain(CANARY, key, hook, hook.substring("whsec_".length()));
        assertThat(files.get("secret.ndjson")).contains("\"name\":\"token\"");
        assertThat(files.get("users.ndjson")).contains(owner.email());
        assertThat(files.get("users.ndjson").lines().count()).isEqualTo(2);
        assertThat(files.get("workload.ndjson")).contains("\"name\":\"web\"", "wl_", "\"A\":\"b\"");
        assertThat(files.get("workload_revision.ndjson")).isNotEmpty();
        assertThat(files.get("audit_entry.ndjson")).contains("previous_hash", "POST /v1/workloads");
        assertThat(files.get("feed_event.ndjson")).contains("workload.created");
        assertThat(files.get("invoice.ndjson")).contains("B-EXPORT", "\"lines\"");
        assertThat(files.get("usage.ndjson")).contains("\"total\"");
        assertThat(owner.browser().get("/v1/audit_log").body()).contains(ExportHttp.ACTION);
    }

    /** Rows without end are read in pages; what is another's is in none of them. */
    @Test
    void readsManyRowsInPagesAndNothingOfOthers() throws Exception {
        People.Person other = people.owner();
        other.browser()
                .post("/v1/secrets", "{\"name\": \"elsewhere\", \"value\": \"x\"}")
                .expect(201);
        superuser().execute("""
                insert into gateway.secret (secret_id, account_id, name, version, sealed, created_at, updated_at)
                select gen_random_uuid(), ?, 's' || n, 1, ?, now(), now() from generate_series(1, 1234) n""", account(), CANARY);
        Map<String, String> files = export();
        List<String> names = files.get("secret.ndjson")
                .lines()
                .map(line -> Json.mapper().readTree(line).path("name").asString())
                .toList();
        assertThat(names).hasSize(1234).doesNotHaveDuplicates().doesNotContain("elsewhere");
        assertThat(String.join("\n", files.values())).doesNotContain(CANARY, other.account(), other.email());
    }

    /** A new table with rows of accounts must be taken along, or have a reason not to be. */
    @Test
    void everyTableIsInItOrHasAReason() {
        Set<String> known = ExportRepository.PARTS.stream()
                .map(ExportRepository.Part::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(known).doesNotContainAnyElementsOf(ExportRepository.LEFT_OUT.keySet());
        known.addAll(ExportRepository.LEFT_OUT.keySet());
        List<String> tables = superuser().fetch("""
                select distinct table_name from information_schema.columns
                where table_schema = 'gateway' and column_name in ('account_id', 'user_id', 'workload_id', 'volume_id', 'stack_id',
                    'operation_id', 'endpoint_id', 'delivery_id')""").getValues(0, String.class);
        assertThat(tables).hasSizeGreaterThan(30);
        assertThat(known).containsExactlyInAnyOrderElementsOf(new TreeSet<>(tables));
        for (ExportRepository.Part part : ExportRepository.PARTS) {
            for (var field : part.table().fields()) {
                boolean hash =
                        field.getType() == byte[].class && !field.getName().matches("(previous_)?hash");
                assertThat(hash && !ExportRepository.NEVER.contains(field.getName()))
                        .as("%s.%s", part.name(), field.getName())
                        .isFalse();
            }
        }
    }

    @Test
    void isAnOwnersAndOneAtATime() {
        for (String role : List.of("admin", "viewer")) {
            people.joined(owner, role).browser().get(PATH).expect(403);
        }
        String narrow = owner.browser()
                .post("/v1/api_keys", "{\"name\": \"narrow\", \"scopes\": [\"account:write\"]}")
                .expect(201)
                .text("secret");
        assertThat(api().key(narrow).get(PATH).expect(403).text("scope")).isEqualTo("audit:read");
        superuser().transaction(tx -> {
            tx.dsl().fetch("select pg_advisory_xact_lock(hashtextextended(?, 0))", "export " + owner.account());
            assertThat(owner.browser().get(PATH).expect(409).text("code")).isEqualTo("conflict");
        });
        owner.browser().get(PATH).expect(200);
    }

    @Test
    void goesOnBeingThereWhileTheAccountCloses() throws Exception {
        owner.browser()
                .post("/v1/account/close", """
                {"confirm": "%s", "password": "%s"}""".formatted(owner.account(), People.PASSWORD))
                .expect(202);
        assertThat(export().get("account.ndjson")).contains("closing_at");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
