package dev.berth.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.Audited;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class AuditTest extends GatewayTest {
    private static final String WEB = "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}";
    private static final String SIGN_IN = "{\"email\": \"%s\", \"password\": \"%s\"}";

    @Autowired
    private AuditLog log;

    private static List<JsonNode> entries(Api reader, String query) {
        List<JsonNode> all = new ArrayList<>();
        reader.get("/v1/audit_log?limit=200" + query)
                .expect(200)
                .json()
                .path("data")
                .forEach(all::add);
        return all;
    }

    private static List<String> actions(Api reader) {
        return entries(reader, "").stream()
                .map(one -> one.path("action").stringValue() + " "
                        + one.path("result").stringValue())
                .toList();
    }

    @Test
    void saysOfEachWriteWhoDidItFromWhereAndWhatBecameOfIt() {
        Api.Reply signup = api().signup();
        Api owner = api().key(signup.text("api_key.secret")).with("User-Agent", "berth-cli/1\tx");
        Api.Reply made = owner.post("/v1/workloads", WEB).expect(202);
        owner.get("/v1/workloads").expect(200);
        owner.post("/v1/workloads?dry_run=true", WEB).expect(200);
        owner.post("/v1/workloads", "{}").expect(422);
        List<JsonNode> all = entries(owner, "");
        assertThat(actions(owner)).containsExactly("POST /v1/workloads done", "POST /v1/signup done");
        JsonNode entry = all.getFirst();
        assertThat(entry.path("seq").longValue()).isEqualTo(2);
        assertThat(entry.path("actor").stringValue()).isEqualTo(signup.text("api_key.id"));
        assertThat(entry.path("key").stringValue()).isEqualTo(signup.text("api_key.id"));
        assertThat(entry.path("user").stringValue()).isEqualTo(signup.text("user.id"));
        assertThat(entry.path("address").stringValue()).isEqualTo("127.0.0.1");
        assertThat(entry.path("user_agent").stringValue()).isEqualTo("berth-cli/1?x");
        assertThat(entry.path("subject").stringValue()).isEqualTo(made.text("id"));
        assertThat(entry.path("status").intValue()).isEqualTo(202);
        assertThat(entry.path("operation").stringValue()).isEqualTo(made.header("Operation-Id"));
        assertThat(all.getLast().path("previous_hash").stringValue()).isEqualTo("0".repeat(64));
    }

    @Test
    void saysNothingTwiceOfARequestThatIsRepeated() {
        Api owner = api().signedUp().with("Idempotency-Key", "once");
        owner.post("/v1/workloads", WEB).expect(202);
        owner.post("/v1/workloads", WEB).expect(202);
        assertThat(actions(owner)).containsExactly("POST /v1/workloads done", "POST /v1/signup done");
    }

    @Test
    void keepsWhatWasRefusedToAKnownCaller() {
        Api owner = api().signedUp();
        String secret = owner.post("/v1/api_keys", "{\"name\": \"ci\", \"scopes\": [\"workloads:read\"]}")
                .expect(201)
                .text("secret");
        Api reader = api().key(secret);
        reader.post("/v1/workloads", WEB).expect(403);
        reader.get("/v1/account").expect(403);
        reader.get("/v1/audit_log").expect(403);
        // A refusal is written down when its answer has been given.
        await().untilAsserted(() -> assertThat(actions(owner))
                .contains("POST /v1/workloads refused", "GET /v1/account refused", "GET /v1/audit_log refused"));
        List<JsonNode> refused = entries(owner, "&action=GET");
        assertThat(refused)
                .extracting(one -> one.path("action").stringValue())
                .containsExactlyInAnyOrder("GET /v1/audit_log", "GET /v1/account");
        assertThat(refused).allSatisfy(one -> {
            assertThat(one.path("result").stringValue()).isEqualTo("refused");
            assertThat(one.path("code").stringValue()).isEqualTo("forbidden");
            assertThat(one.path("status").intValue()).isEqualTo(403);
        });
        assertThat(actions(owner)).contains("POST /v1/api_keys done");
    }

    @Test
    void keepsSignInsAndThoseThatFailed() {
        Api.Reply signup = api().signup();
        Api owner = api().key(signup.text("api_key.secret"));
        String email = signup.text("user.email");
        api().post("/v1/session", SIGN_IN.formatted(email, "correct horse")).expect(201);
        api().post("/v1/session", SIGN_IN.formatted(email, "wrong horse battery"))
                .expect(401);
        await().until(() -> actions(owner).contains("POST /v1/session refused"));
        assertThat(actions(owner))
                .containsExactly("POST /v1/session refused", "POST /v1/session done", "POST /v1/signup done");
    }

    @Test
    void keepsWhatIsDoneOnPages() {
        Api.Reply signup = api().signup();
        Api owner = api().key(signup.text("api_key.secret"));
        Api.Reply session = api().post("/v1/session", SIGN_IN.formatted(signup.text("user.email"), "correct horse"))
                .expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        Api browser = api().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        String csrf = session.text("csrf_token");
        browser.form("/keys", Map.of("_csrf", csrf, "name", "ci", "scopes", "workloads:read"))
                .expect(200);
        browser.form("/keys", Map.of("_csrf", csrf, "name", "", "scopes", "workloads:read"))
                .expect(422);
        browser.form(
                        "/workloads",
                        Map.of("_csrf", csrf, "name", "web", "image", "nginx", "kind", "service", "size", "xs"))
                .expect(302);
        browser.form("/signout", Map.of("_csrf", csrf)).expect(302);
        assertThat(actions(owner))
                .containsExactly(
                        "POST /signout done",
                        "POST /workloads done",
                        "POST /keys done",
                        "POST /v1/session done",
                        "POST /v1/signup done");
        assertThat(entries(owner, "&actor=" + signup.text("user.id"))).hasSize(5);
    }

    /** What the customer must be able to do with a page of the log and nothing else. */
    @Test
    void canBeComputedAgainFromAPage() throws Exception {
        Api.Reply signup = api().signup();
        Api owner = api().key(signup.text("api_key.secret"));
        for (int i = 0; i < 3; i++) {
            owner.patch("/v1/account", "{\"name\": \"Ada %d\"}".formatted(i)).expect(200);
        }
        String previous = "0".repeat(64);
        for (JsonNode one : entries(owner, "").reversed()) {
            assertThat(one.path("previous_hash").stringValue()).isEqualTo(previous);
            String text = String.join(
                    "\n",
                    previous,
                    signup.text("account.id"),
                    one.path("seq").asString(),
                    one.path("at").stringValue(),
                    one.path("actor").stringValue(),
                    one.path("user").stringValue(),
                    one.path("key").isNull() ? "" : one.path("key").stringValue(),
                    one.path("address").stringValue(),
                    one.path("user_agent").stringValue(),
                    one.path("action").stringValue(),
                    one.path("subject").stringValue(),
                    one.path("result").stringValue(),
                    one.path("status").asString(),
                    one.path("code").stringValue(),
                    one.path("operation").stringValue());
            previous = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            assertThat(one.path("hash").stringValue()).isEqualTo(previous);
        }
        Api.Reply verdict = owner.get("/v1/audit_log/verify").expect(200);
        assertThat(verdict.text("valid")).isEqualTo("true");
        assertThat(verdict.text("end")).isEqualTo("4");
        assertThat(owner.get("/v1/audit_log/verify?from=3").text("valid")).isEqualTo("true");
    }

    @Test
    void isPagedAndFiltered() {
        Api owner = api().signedUp();
        for (int i = 0; i < 4; i++) {
            owner.patch("/v1/account", "{\"name\": \"Ada %d\"}".formatted(i)).expect(200);
        }
        Api.Reply page = owner.get("/v1/audit_log?limit=3").expect(200);
        assertThat(page.json().path("data").size()).isEqualTo(3);
        Api.Reply rest = owner.get("/v1/audit_log?limit=3&cursor=" + page.text("next_cursor"))
                .expect(200);
        assertThat(rest.text("data.0.seq")).isEqualTo("2");
        assertThat(rest.text("next_cursor")).isEqualTo("null");
        String at = page.text("data.0.at");
        assertThat(entries(owner, "&from=" + at)).isNotEmpty();
        assertThat(entries(owner, "&to=2026-01-01T00:00:00.000Z")).isEmpty();
        owner.get("/v1/audit_log?from=yesterday").expect(422);
        owner.get("/v1/audit_log?action=" + "x".repeat(201)).expect(422);
        owner.get("/v1/audit_log/verify?from=0").expect(422);
        owner.get("/v1/audit_log?cursor=bm9uZQ").expect(422);
    }

    @Test
    void makesAChainWithoutAGapWhenManyWriteAtOnce() throws Exception {
        Api owner = api().signedUp();
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                String name = "Ada " + i;
                calls.add(() -> owner.patch("/v1/account", "{\"name\": \"%s\"}".formatted(name))
                        .status());
            }
            for (Future<Integer> call : many.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(200);
            }
        }
        List<JsonNode> all = entries(owner, "");
        assertThat(all).hasSize(81);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).path("seq").longValue()).isEqualTo(81 - i);
        }
        assertThat(owner.get("/v1/audit_log/verify").text("valid")).isEqualTo("true");
    }

    @Test
    void isRefusedByTheDatabaseToWhoWouldChangeIt() {
        api().signedUp();
        for (String change : List.of(
                "update audit_entry set actor = 'nobody'",
                "delete from audit_entry",
                "truncate audit_entry",
                "delete from audit_chain")) {
            assertThatThrownBy(() -> dsl.execute(change)).rootCause().hasMessageContaining("permission denied");
            assertThatThrownBy(() -> superuser().execute(change.replace("audit_", "gateway.audit_")))
                    .hasMessageContaining("stay as they are");
        }
    }

    @Test
    void showsWhatWasForgedPastTheDatabase() {
        AccountId account = AccountId.next();
        for (int i = 0; i < 5; i++) {
            log.append(audited(account, "DELETE /v1/workloads/{id}"));
        }
        assertThat(log.verify(account, 1).valid()).isTrue();
        var id = DSL.val(account.uuid());
        forge("update gateway.audit_entry set actor = 'usr_other' where account_id = {0} and seq = 3", id);
        assertThat(log.verify(account, 1))
                .extracting(AuditLog.Verdict::valid, AuditLog.Verdict::brokenAt)
                .containsExactly(false, 3L);
        forge("update gateway.audit_entry set actor = 'usr_one' where account_id = {0} and seq = 3", id);
        assertThat(log.verify(account, 1).valid()).isTrue();
        forge("delete from gateway.audit_entry where account_id = {0} and seq = 5", id);
        assertThat(log.verify(account, 1))
                .extracting(AuditLog.Verdict::valid, AuditLog.Verdict::brokenAt)
                .containsExactly(false, 5L);
        forge("delete from gateway.audit_entry where account_id = {0} and seq = 2", id);
        assertThat(log.verify(account, 1).brokenAt()).isEqualTo(2L);
    }

    private static void forge(String sql, org.jooq.Param<?> id) {
        superuser().transaction(inside -> {
            inside.dsl().execute("set local session_replication_role = replica"); // no triggers
            inside.dsl().execute(sql, id);
        });
    }

    private static Audited audited(AccountId account, String action) {
        return new Audited(
                account,
                "usr_one",
                null,
                null,
                "127.0.0.1",
                "",
                action,
                "",
                204,
                "",
                OperationId.next().toString());
    }

    @Test
    void showsTheOperatorAllAndCustomersOnlyTheirOwn() {
        Api.Reply signup = api().signup();
        String account = signup.text("account.id");
        Api operator = api().key(OPERATOR);
        operator.post("/operator/v1/accounts/" + account + "/quota", "{\"containers\": 3}")
                .expect(200);
        Api owner = api().key(signup.text("api_key.secret"));
        JsonNode entry = entries(owner, "&actor=operator").getFirst();
        assertThat(entry.path("action").stringValue()).isEqualTo("POST /operator/v1/accounts/{id}/quota");
        assertThat(operator.get("/operator/v1/audit_log?account=" + account)
                        .expect(200)
                        .text("data.0.account"))
                .isEqualTo(account);
        assertThat(operator.get("/operator/v1/audit_log/verify?account=" + account)
                        .expect(200)
                        .text("valid"))
                .isEqualTo("true");
        operator.get("/operator/v1/audit_log").expect(200);
        operator.get("/operator/v1/audit_log?account=nonsense").expect(404);
        owner.get("/operator/v1/audit_log").expect(403);
        assertThat(actions(api().signedUp())).containsExactly("POST /v1/signup done");
    }

    /** A secret that a caller sends in a body, a header, a path or a form is nowhere in the log. */
    @Test
    void hasNoSecretInIt() {
        String canary = "Canary7f3e9a";
        Api.Reply signup =
                api().post("/v1/signup", """
                {"email": "%s", "password": "%s", "name": "Ada"}""".formatted(Api.email(), canary)).expect(201);
        Api owner = api().key(signup.text("api_key.secret"));
        owner.post("/v1/secrets", "{\"name\": \"token\", \"value\": \"%s\"}".formatted(canary))
                .expect(201);
        owner.post("/v1/workloads", WEB.replace("}", ", \"env\": {\"A\": \"%s\"}}".formatted(canary)))
                .expect(202);
        owner.with("Idempotency-Key", canary)
                .patch("/v1/account?x=" + canary, "{\"name\": \"Grace\"}")
                .expect(200);
        String made =
                owner.post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201).text("secret");
        api().key(made).delete("/v1/secrets/" + canary).expect(404);
        api().post("/v1/session", SIGN_IN.formatted(signup.text("user.email"), canary))
                .expect(201);
        String url = owner.post(
                        "/v1/workloads/" + owner.get("/v1/workloads").text("data.0.id") + "/triggers",
                        "{\"name\": \"deploy\", \"action\": \"redeploy\"}")
                .expect(201)
                .text("url");
        api().post(url.substring(url.indexOf("/v1/"))).expect(202);
        assertThat(actions(owner)).hasSize(8).contains("POST /v1/triggers/{secret} done");
        String kept = superuser().fetch("select * from gateway.audit_entry").formatJSON();
        assertThat(kept)
                .doesNotContain(canary)
                .doesNotContain(made.substring(12))
                .doesNotContain(signup.text("api_key.secret").substring(12))
                .doesNotContain(url.substring(url.lastIndexOf('/') + 1));
    }
}
