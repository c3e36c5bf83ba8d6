package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.Told.Ended;
import dev.berth.client.api.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands against a gateway that says what it was told to: what is sent, what is shown, and with which code they end. */
class MainTest {
    private static final String WEB =
            "{\"id\":\"wl_1\",\"name\":\"web\",\"kind\":\"service\",\"image\":\"nginx\",\"replicas\":2,\"cpu_millis\":250,\"memory_mib\":256,"
                    + "\"desired\":{\"state\":\"running\"},\"observed\":{\"state\":\"running\",\"running\":2,\"ready\":1,\"message\":\"%s\"}}";

    @TempDir
    Path temp;

    private Told berth;

    @BeforeEach
    void start() throws IOException {
        berth = new Told(temp.resolve("config/config.json"));
    }

    @AfterEach
    void stop() {
        berth.close();
    }

    private static String page(String... rows) {
        return "{\"data\":[" + String.join(",", rows) + "],\"next_cursor\":null}";
    }

    private static String problem(int status, String code) {
        return "{\"title\":\"No\",\"status\":%d,\"detail\":\"Not like that.\",\"code\":\"%s\",\"hint\":\"Do it well.\",\"request_id\":\"req_1\",\"errors\":[{\"field\":\"image\",\"message\":\"is required\"}]}"
                .formatted(status, code);
    }

    @Test
    void eachKindOfRefusalHasItsExitCodeAndSaysAllThatTheApiSays() {
        Map<String, List<Integer>> exits = Map.of(
                "invalid", List.of(422, 1),
                "quota_exceeded", List.of(403, 1),
                "unauthenticated", List.of(401, 3),
                "forbidden", List.of(403, 3),
                "not_found", List.of(404, 4));
        exits.forEach((code, expected) -> {
            try (Told one = new Told(temp.resolve("none"))) {
                one.on("GET /v1/quota", expected.getFirst(), problem(expected.getFirst(), code));
                Ended ended = one.run("quota");
                assertThat(ended.exit()).as(code).isEqualTo(expected.getLast());
                assertThat(ended.out()).isEmpty();
                assertThat(ended.err())
                        .contains("berth: No: Not like that.", "image is required", "Do it well.", "request req_1");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whoIsAwayIsNamedAndWhoIsNotSignedInIsToldHow() {
        Ended away = berth.run(Map.of("BERTH_URL", "http://127.0.0.1:1", "BERTH_API_KEY", "x"), "", "ps");
        assertThat(away.exit()).isEqualTo(5);
        assertThat(away.err()).contains("http://127.0.0.1:1 does not answer");
        Ended nobody = berth.run(Map.of(), "", "ps");
        assertThat(nobody.exit()).isEqualTo(3);
        assertThat(nobody.err()).contains("berth login");
        assertThat(berth.run("nonsense").exit()).isEqualTo(2);
        assertThat(berth.run("ps", "--nonsense").exit()).isEqualTo(2);
        assertThat(berth.run("scale", "web=many").exit()).isEqualTo(2);
        assertThat(berth.run("--version")).isEqualTo(new Ended(0, "0.1.0\n", ""));
    }

    @Test
    void aWriteIsRepeatedWithTheKeyItHadWhenItsAnswerWasLostOrTooMuchWasAsked() {
        berth.on("GET /v1/workloads", 200, page(WEB.formatted("")))
                .breaks("PATCH /v1/workloads/wl_1", "{")
                .on("PATCH /v1/workloads/wl_1", 429, problem(429, "busy"), "Retry-After", "0")
                .on("PATCH /v1/workloads/wl_1", 409, problem(409, "in_progress"))
                .on("PATCH /v1/workloads/wl_1", 202, WEB.formatted(""));
        assertThat(berth.run("scale", "-d", "web=3")).isEqualTo(new Ended(0, "web\n", ""));
        List<Told.Came> writes = berth.came().stream()
                .filter(came -> came.what().startsWith("PATCH"))
                .toList();
        assertThat(writes).hasSize(4);
        assertThat(writes.stream()
                        .map(came -> came.headers().get("idempotency-key"))
                        .distinct())
                .hasSize(1)
                .doesNotContainNull();
        assertThat(writes).allSatisfy(came -> assertThat(came.body()).isEqualTo("{\"replicas\":3}"));
    }

    @Test
    void aRefusalThatIsFinalIsNotRepeated() {
        berth.on("GET /v1/quota", 422, problem(422, "invalid"));
        assertThat(berth.run("quota").exit()).isEqualTo(1);
        assertThat(berth.came()).hasSize(1);
    }

    @Test
    void whatOthersWroteCannotSteerTheTerminalFromATable() {
        berth.on("GET /v1/workloads", 200, page(WEB.formatted("\\u001b[2J\\u202egone\\nnext")));
        Ended table = berth.run("ps");
        assertThat(table.out()).doesNotContain("\u001b", "\u202e").contains("web", "1/2", "250m 256MiB");
        assertThat(table.out().lines()).hasSize(2);
        assertThat(berth.run("ps", "-q").out()).isEqualTo("wl_1\n");
        JsonNode json = JsonMapper.shared().readTree(berth.run("ps", "--json").out());
        assertThat(json.at("/data/0/observed/message").asString()).contains("\u001b[2J");
    }

    @Test
    void logsGoOnBehindTheLastLineAndRepeatNoneThatIsShownAgain() {
        String stream = "text/event-stream";
        berth.on("GET /v1/containers/ctr_1", 200, "{\"id\":\"ctr_1\",\"state\":\"stopped\"}")
                .breaks(
                        "GET /v1/containers/ctr_1/logs",
                        "id: t1\ndata: one\n\nid: t2\ndata: two\n\nid: t2\ndata: two\n\nid: t3\ndata: cut",
                        "Content-Type",
                        stream)
                .on(
                        "GET /v1/containers/ctr_1/logs",
                        200,
                        "id: t2\ndata: two\n\nid: t2\ndata: two\n\nid: t2\ndata: two\n\nid: t3\ndata: cut off\n\nevent: end\ndata: \n\n",
                        "Content-Type",
                        stream);
        Ended ended = berth.run("logs", "-f", "--tail", "5", "ctr_1");
        assertThat(ended).isEqualTo(new Ended(0, "one\ntwo\ntwo\ntwo\ncut off\n", ""));
        List<Told.Came> asked = berth.came().stream()
                .filter(came -> came.what().contains("logs"))
                .toList();
        assertThat(asked).hasSize(2);
        assertThat(asked.getFirst().what()).endsWith("?tail=5&follow=true");
        assertThat(asked.getFirst().headers()).doesNotContainKey("last-event-id");
        assertThat(asked.getLast().headers()).containsEntry("last-event-id", "t2");
    }

    @Test
    void runSendsWhatItsOptionsSay() throws IOException {
        Path env = Files.writeString(temp.resolve("env"), "# no\nA=1\nB=two words\n");
        berth.on("POST /v1/workloads", 202, WEB.formatted(""));
        Ended ended = berth.run(
                Map.of("BERTH_URL", berth.url(), "BERTH_API_KEY", "k", "HERE", "yes"),
                "",
                "run",
                "-d",
                "-q",
                "--name",
                "web",
                "--size",
                "s",
                "--replicas",
                "2",
                "-e",
                "B=3",
                "-e",
                "HERE",
                "--env-file",
                env.toString(),
                "-p",
                "80",
                "-v",
                "data:/data:ro",
                "--secret",
                "token=TOKEN",
                "--rm",
                "--set",
                "health_check={\"type\":\"tcp\",\"port\":80}",
                "nginx:1",
                "--",
                "nginx",
                "-g",
                "daemon off;");
        assertThat(ended).isEqualTo(new Ended(0, "wl_1\n", ""));
        Told.Came came = berth.came().getFirst();
        assertThat(came.headers()).containsEntry("authorization", "Bearer k");
        assertThat(JsonMapper.shared().readTree(came.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"name":"web","kind":"service","image":"nginx:1","args":["nginx","-g","daemon off;"],"auto_destroy":true,"size":"s","replicas":2,
                         "env":{"A":"1","B":"3","HERE":"yes"},"ports":[80],"volumes":[{"volume":"data","path":"/data","read_only":true}],
                         "secrets":[{"name":"token","env":"TOKEN"}],"health_check":{"type":"tcp","port":80}}"""));
        assertThat(RunCommand.named("registry.example.com:5000/a/My_App:1.2@sha256:x"))
                .matches("my-app-[0-9a-f]{4}");
    }

    @Test
    void aDryRunPrintsTheQuoteAndFailsWhereTheQuotaDoes() {
        berth.on(
                "POST /v1/workloads",
                200,
                "{\"dry_run\":true,\"per_hour\":{\"amount_minor\":12,\"currency\":\"EUR\"},\"per_month\":{\"amount_minor\":8760,\"currency\":\"JPY\"},\"quota\":{\"allowed\":false,\"after\":{},\"missing\":{\"containers\":1}}}");
        Ended ended = berth.run("run", "--dry-run", "nginx");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out()).contains("0.12 EUR", "8760 JPY", "too small");
        assertThat(berth.came().getFirst().what()).isEqualTo("POST /v1/workloads?dry_run=true");
    }

    @Test
    void signingInMakesAKeyAndKeepsItWhereOnlyItsOwnerReads() throws IOException {
        berth.on("POST /v1/session", 201, "{\"csrf_token\":\"t\"}", "Set-Cookie", "berth=c; Path=/; HttpOnly")
                .on("POST /v1/api_keys", 201, "{\"id\":\"key_1\",\"secret\":\"berth_sk_made\"}")
                .on("DELETE /v1/session", 204, "")
                .on("GET /v1/account", 200, "{\"id\":\"acct_1\",\"name\":\"Me\"}")
                .on("DELETE /v1/api_keys/key_1", 204, "");
        Path config = temp.resolve("config/config.json");
        Ended ended = berth.run(
                Map.of(), "pass word\n", "login", berth.url(), "--email", "a@example.com", "--password-stdin");
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Signed in to Me").doesNotContain("berth_sk_made");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        assertThat(config).content().contains("berth_sk_made").doesNotContain("pass word");
        assertThat(berth.came().get(1).headers())
                .containsEntry("cookie", "berth=c")
                .containsEntry("x-csrf-token", "t");
        assertThat(berth.came().get(1).body()).contains("berth on ");

        assertThat(berth.run(Map.of(), "", "whoami", "-q").out()).isEqualTo("acct_1\n");
        assertThat(berth.came().getLast().headers()).containsEntry("authorization", "Bearer berth_sk_made");
        Map<String, String> elsewhere = Map.of("BERTH_URL", "http://127.0.0.1:1");
        assertThat(new dev.berth.client.profile.Profiles(
                                Map.of("BERTH_CONFIG", config.toString(), "BERTH_URL", elsewhere.get("BERTH_URL")))
                        .chosen(null)
                        .orElseThrow()
                        .key())
                .as("a key is for where it was made")
                .isEmpty();
        assertThat(berth.run(Map.of(), "", "logout").exit()).isZero();
        assertThat(berth.came().getLast().what()).isEqualTo("DELETE /v1/api_keys/key_1");
        assertThat(berth.run(Map.of(), "", "whoami").exit()).isEqualTo(3);
    }

    @Test
    void everyRouteCanBeCalledAndCompleted() {
        berth.on("POST /v1/volumes", 201, "{\"ok\":true}").on("GET /v1/usage", 200, "{\"total\":1}");
        assertThat(berth.run(
                                "api",
                                "POST",
                                "/v1/volumes",
                                "-f",
                                "name=data",
                                "-F",
                                "size_gib=3",
                                "-H",
                                "If-Match: \"1\"")
                        .out())
                .isEqualTo("{\"ok\":true}\n");
        assertThat(berth.came().getFirst().body()).isEqualTo("{\"name\":\"data\",\"size_gib\":3}");
        assertThat(berth.came().getFirst().headers())
                .containsEntry("if-match", "\"1\"")
                .containsKey("idempotency-key");
        assertThat(berth.run("api", "get", "/v1/usage", "-f", "group_by=day").exit())
                .isZero();
        assertThat(berth.came().getLast().what()).isEqualTo("GET /v1/usage?group_by=day");
        assertThat(berth.run("api", "GET", "/v1/nothing").exit()).isEqualTo(4);
        String listed = berth.run("api").out();
        for (String shell : List.of("bash", "zsh", "fish")) {
            String script = berth.run("completion", shell).out();
            assertThat(Routes.all()).allSatisfy(route -> {
                assertThat(script).contains(route.path());
                assertThat(listed).contains(route.path());
            });
            assertThat(script).contains(Commands.names());
        }
        assertThat(berth.run("completion", "csh").exit()).isEqualTo(2);
    }

    @Test
    void everyCommandExplainsItself() {
        for (String name : Commands.names()) {
            Ended help = berth.run(name, "--help");
            assertThat(help.exit()).as(name).isZero();
            assertThat(help.out()).as(name).startsWith("Usage: berth " + name);
        }
        assertThat(berth.run("--help").out()).contains(Commands.names()).contains("Exit codes");
    }
}
