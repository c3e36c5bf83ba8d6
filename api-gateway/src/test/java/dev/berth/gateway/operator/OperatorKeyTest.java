package dev.berth.gateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OperatorKeyTest extends GatewayTest {
    private Api root() {
        return api().key(OPERATOR);
    }

    private Api.Reply made(String role) {
        return root().post("/operator/v1/keys", "{\"name\": \"Grace\", \"role\": \"%s\"}".formatted(role))
                .expect(201);
    }

    @AfterEach
    void revokeAll() {
        superuser().execute("delete from gateway.operator_key");
    }

    @Test
    void aKeyIsShownOnceAndKeptAsAHash() {
        Api.Reply made = made("viewer");
        String secret = made.text("secret");
        assertThat(secret).matches("berth_op_[0-9a-hjkmnp-tv-z]{51}");
        assertThat(made.text("id")).startsWith("opk_");
        assertThat(made.text("created_by")).isEqualTo("operator");
        Api.Reply list = root().get("/operator/v1/keys").expect(200);
        assertThat(list.body()).doesNotContain(secret);
        assertThat(list.text("data.0.prefix")).isEqualTo(secret.substring(0, 21));
        assertThat(list.text("data.0.last_used_at")).isEqualTo("null");
        assertThat(superuser().fetch("select * from gateway.operator_key").formatJSON())
                .doesNotContain(secret.substring(22));
        api().key(secret).get("/operator/v1/accounts").expect(200);
        assertThat(root().get("/operator/v1/keys").text("data.0.last_used_at")).startsWith("20");
    }

    @Test
    void aRoleThatIsTooLowIsNamedAndNothingIsAskedOfAnybody() {
        String account = api().signup().text("account.id");
        String path = "/operator/v1/accounts/%s/standing".formatted(account);
        for (String role : List.of("viewer", "support", "finance")) {
            Api.Reply refused = api().key(made(role).text("secret"))
                    .post(path, "{\"standing\": \"closed\", \"reason\": \"asked\"}")
                    .expect(403);
            assertThat(refused.text("code")).isEqualTo("operator_role");
            assertThat(refused.text("hint")).contains("role admin");
            assertThat(refused.text("role")).isEqualTo("admin");
        }
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/accounts/" + account))
                .as("what was forwarded")
                .isEmpty();
        api().key(made("admin").text("secret"))
                .post(path, "{\"standing\": \"closed\", \"reason\": \"asked\"}")
                .expect(200);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/accounts/" + account))
                .hasSize(1);
        Api support = api().key(made("support").text("secret"));
        support.get("/operator/v1/mails").expect(200);
        support.post("/operator/v1/accounts/%s/quota".formatted(account), "{\"containers\": 11}")
                .expect(200);
        assertThat(api().key(made("finance").text("secret"))
                        .get("/operator/v1/mails")
                        .expect(403)
                        .text("hint"))
                .isEqualTo("Send a key with the role support or admin.");
    }

    @Test
    void onlyAdminsHaveKeysInTheirHands() {
        String support = made("support").text("secret");
        Api admin = api().key(made("admin").text("secret"));
        api().key(support).get("/operator/v1/keys").expect(403);
        api().key(support)
                .post("/operator/v1/keys", "{\"name\": \"x\", \"role\": \"admin\"}")
                .expect(403);
        Api.Reply theirs = admin.post("/operator/v1/keys", "{\"name\": \"x\", \"role\": \"viewer\"}")
                .expect(201);
        assertThat(theirs.text("created_by")).startsWith("opk_");
    }

    @Test
    void theAuditLogNamesTheKey() {
        Api.Reply made = made("support");
        String account = api().signup().text("account.id");
        api().key(made.text("secret"))
                .post("/operator/v1/accounts/%s/quota".formatted(account), "{\"containers\": 12}")
                .expect(200);
        JsonNode entry = root().get("/operator/v1/audit_log?account=" + account + "&actor=" + made.text("id"))
                .expect(200)
                .json()
                .path("data")
                .path(0);
        assertThat(entry.path("action").stringValue()).isEqualTo("POST /operator/v1/accounts/{id}/quota");
        api().key(made.text("secret")).get("/operator/v1/keys").expect(403);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(root().get("/operator/v1/audit_log?actor=" + made.text("id"))
                                .body())
                        .contains("operator_role"));
    }

    @Test
    void aRevokedKeyAndOneAtItsEndAreUnknown() {
        Api.Reply made = made("viewer");
        Api caller = api().key(made.text("secret"));
        caller.get("/operator/v1/accounts").expect(200);
        root().delete("/operator/v1/keys/" + made.text("id")).expect(204);
        caller.get("/operator/v1/accounts").expect(401);
        root().delete("/operator/v1/keys/" + made.text("id")).expect(404);
        assertThat(root().get("/operator/v1/keys").json().path("data").isEmpty())
                .isTrue();

        Api.Reply short1 = root().post(
                        "/operator/v1/keys",
                        "{\"name\": \"x\", \"role\": \"viewer\", \"expires_at\": \"2035-01-01T00:00:00Z\"}")
                .expect(201);
        api().key(short1.text("secret")).get("/operator/v1/accounts").expect(200);
        superuser().execute("update gateway.operator_key set expires_at = now() - interval '1 second'");
        api().key(short1.text("secret")).get("/operator/v1/accounts").expect(401);
        String text = short1.text("secret");
        char last = text.charAt(text.length() - 1) == 'x' ? 'y' : 'x';
        api().key(text.substring(0, text.length() - 1) + last)
                .get("/operator/v1/accounts")
                .expect(401);
    }

    @Test
    void rotationGivesAnotherSecretAndTheOldOneALittleWhile() {
        Api.Reply made = made("viewer");
        String path = "/operator/v1/keys/" + made.text("id") + "/rotate";
        Api.Reply rotated = root().post(path, "{\"overlap_s\": 60}").expect(200);
        assertThat(rotated.text("id")).isEqualTo(made.text("id"));
        assertThat(rotated.text("old_valid_until")).startsWith("20");
        api().key(made.text("secret")).get("/operator/v1/accounts").expect(200);
        api().key(rotated.text("secret")).get("/operator/v1/accounts").expect(200);
        Api.Reply again = root().post(path, "{}").expect(200);
        api().key(made.text("secret")).get("/operator/v1/accounts").expect(401);
        api().key(rotated.text("secret")).get("/operator/v1/accounts").expect(401);
        api().key(again.text("secret")).get("/operator/v1/accounts").expect(200);
        root().post(path, "{\"overlap_s\": 86401}").expect(422);
        root().post("/operator/v1/keys/opk_none/rotate", "{}").expect(404);
    }

    @Test
    void saysWhatIsWrongWithAKeyThatIsWanted() {
        Api.Reply refused = root().post(
                        "/operator/v1/keys",
                        "{\"name\": \"\", \"role\": \"owner\", \"expires_at\": \"2020-01-01T00:00:00Z\"}")
                .expect(422);
        assertThat(refused.body()).contains("\"name\"", "viewer, support, finance, admin", "\"expires_at\"");
    }

    /** The one in the settings is the way back in. */
    @Test
    void theKeyOfTheSettingsIsNoneOfThem() {
        made("viewer");
        for (JsonNode key : root().get("/operator/v1/keys").json().path("data")) {
            root().delete("/operator/v1/keys/" + key.path("id").stringValue()).expect(204);
        }
        root().delete("/operator/v1/keys/operator").expect(404);
        root().get("/operator/v1/keys").expect(200);
    }
}
