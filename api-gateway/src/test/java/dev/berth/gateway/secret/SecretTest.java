package dev.berth.gateway.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.workload.SecretUse;
import dev.berth.schema.workload.WorkloadDesired;
import org.junit.jupiter.api.Test;

class SecretTest extends GatewayTest {
    /** A value that must be found nowhere. */
    private static final String CANARY = "canary-0451-\u00e4";

    private static String secret(String name, String value) {
        return "{\"name\": \"%s\", \"value\": \"%s\"}".formatted(name, value);
    }

    private static String workload(String more) {
        return "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\"%s}"
                .formatted(more);
    }

    private WorkloadDesired lastWish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private static String opened(WorkloadDesired wish, SecretUse use) {
        return new SecretBox(SECRET_KEY).open(wish.account(), use.name(), use.version(), use.sealed());
    }

    @Test
    void aValueIsTakenAndNeverAnsweredAndIsInTheWishSealed() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/secrets", secret("db", CANARY)).expect(201);
        assertThat(made.body()).doesNotContain("canary");
        Api.Reply web = customer.post(
                        "/v1/workloads",
                        workload(", \"secrets\": [{\"name\": \"db\"}, {\"name\": \"db\", \"env\": \"DB_PASSWORD\"}]"))
                .expect(202);
        assertThat(web.body()).doesNotContain("canary").doesNotContain("sealed");
        assertThat(web.text("secrets.0.path")).isEqualTo("/run/secrets/db");
        WorkloadDesired wish = lastWish(web.text("id"));
        assertThat(wish.secrets()).hasSize(2);
        assertThat(opened(wish, wish.secrets().getFirst())).isEqualTo(CANARY);
        assertThat(payloads(web.text("id")).getLast()).doesNotContain("canary");
        assertThat(customer.get("/v1/secrets").text("data.0.used_by.0.name")).isEqualTo("web");
        for (String table : new String[] {"secret", "workload", "workload_revision", "outbox", "idempotency"}) {
            assertThat(dsl.fetch("select t::text from " + table + " t").toString())
                    .doesNotContain("canary-0451");
        }
        api().signedUp().get("/v1/secrets/" + made.text("id")).expect(404);
        assertThat(new AccountId(wish.account().uuid())).isEqualTo(wish.account());
    }

    @Test
    void anotherValueReachesTheWorkloadsThatUseItAsANewRevision() {
        Api customer = api().signedUp();
        String id =
                customer.post("/v1/secrets", secret("db", "one")).expect(201).text("id");
        String web = customer.post("/v1/workloads", workload(", \"secrets\": [{\"name\": \"db\"}]"))
                .expect(202)
                .text("id");
        int told = payloads(web).size();
        customer.patch("/v1/workloads/" + web, "{\"secrets\": [{\"name\": \"db\"}]}")
                .expect(202);
        assertThat(payloads(web)).as("nothing has changed").hasSize(told);
        Api.Reply changed =
                customer.patch("/v1/secrets/" + id, "{\"value\": \"two\"}").expect(200);
        assertThat(changed.text("version")).isEqualTo("2");
        WorkloadDesired wish = lastWish(web);
        assertThat(wish.revision()).isEqualTo(2);
        assertThat(opened(wish, wish.secrets().getFirst())).isEqualTo("two");
        assertThat(customer.get("/v1/workloads/" + web + "/revisions").text("data.0.changed"))
                .contains("secrets");
        customer.post("/v1/workloads/" + web + "/rollback").expect(202);
        assertThat(opened(lastWish(web), lastWish(web).secrets().getFirst())).isEqualTo("one");

        assertThat(customer.delete("/v1/secrets/" + id).expect(409).text("used_by.0"))
                .isEqualTo(web);
        customer.delete("/v1/workloads/" + web).expect(202);
        customer.delete("/v1/secrets/" + id).expect(204);
        customer.get("/v1/secrets/" + id).expect(404);
    }

    @Test
    void saysWhatIsWrong() {
        Api customer = api().signedUp();
        customer.post("/v1/secrets", secret("db", "x")).expect(201);
        customer.post("/v1/secrets", secret("db", "y")).expect(409);
        customer.post("/v1/secrets", secret("-", "y")).expect(422);
        customer.post("/v1/secrets", "{\"name\": \"a\"}").expect(422);
        assertThat(customer.post("/v1/workloads", workload(", \"secrets\": [{\"name\": \"nothing\"}]"))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("'nothing' is no secret of the account");
        for (String wrong : new String[] {
            ", \"secrets\": [{\"name\": \"db\", \"env\": \"A\", \"path\": \"/a\"}]",
            ", \"secrets\": [{\"name\": \"db\", \"env\": \"1\"}]",
            ", \"secrets\": [{\"name\": \"db\", \"path\": \"/proc/x\"}]",
            ", \"secrets\": [{\"name\": \"db\"}, {\"name\": \"db\"}]",
            ", \"secrets\": [{\"name\": \"db\", \"env\": \"A\"}], \"env\": {\"A\": \"1\"}",
            ", \"files\": [{\"path\": \"/etc/a\"}]",
            ", \"files\": [{\"path\": \"etc/a\", \"content\": \"\"}]",
            ", \"files\": [{\"path\": \"/etc/a\", \"content\": \"\"}, {\"path\": \"/etc/a/b\", \"content\": \"\"}]"
        }) {
            customer.post("/v1/workloads", workload(wrong)).expect(422);
        }
    }

    @Test
    void filesAreInTheWishAndNotInTheFeed() {
        Api customer = api().signedUp();
        Api.Reply web = customer.post(
                        "/v1/workloads",
                        workload(
                                ", \"files\": [{\"path\": \"/etc/app.conf\", \"content\": \"level = info\\n\"}, {\"path\": \"/bin/hook\", \"content\": \"#!/bin/sh\\n\", \"executable\": true}]"))
                .expect(202);
        WorkloadDesired wish = lastWish(web.text("id"));
        assertThat(wish.files().getFirst().content()).isEqualTo("level = info\n");
        assertThat(wish.files().getLast().executable()).isTrue();
        assertThat(web.text("files.0.path")).isEqualTo("/etc/app.conf");
    }

    @Test
    void aStackUsesTheAccountsSecretsAndFilesOfItsOwn() {
        Api customer = api().signedUp();
        customer.post("/v1/secrets", secret("db_password", "x")).expect(201);
        String compose = """
                services:
                  db:
                    image: berth/sample:1
                    secrets: [db_password]
                    configs: [{source: conf, target: /etc/db.conf}]
                secrets:
                  db_password: {external: true}
                configs:
                  conf: {content: "a = $${b}"}
                """;
        String body = Json.mapper().writeValueAsString(java.util.Map.of("name", "shop", "compose", compose));
        Api.Reply stack = customer.post("/v1/stacks", body).expect(202);
        assertThat(stack.text("workloads.0.secrets.0.path")).isEqualTo("/run/secrets/db_password");
        assertThat(stack.text("workloads.0.files.0.content")).isEqualTo("a = ${b}");
        String export = customer.get("/v1/stacks/" + stack.text("id") + "/compose")
                .expect(200)
                .body();
        Api.Reply again = customer.post(
                        "/v1/stacks?dry_run=true",
                        Json.mapper().writeValueAsString(java.util.Map.of("name", "again", "compose", export)))
                .expect(200);
        assertThat(again.text("workloads.0.files.0.content")).isEqualTo("a = ${b}");
        String own = compose.replace("{external: true}", "{file: ./password.txt}");
        assertThat(customer.post(
                                "/v1/stacks",
                                Json.mapper().writeValueAsString(java.util.Map.of("name", "own", "compose", own)))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("POST /v1/secrets as 'db_password'");
    }
}
