package dev.berth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.workload.PullPolicy;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.WorkloadDesired;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryTest extends GatewayTest {
    /** A password that must be found nowhere. */
    private static final String CANARY = "canary-1954:x";

    private static final String AT = "/v1/registry_credentials";
    private static final String HOST = "registry.example.com:5000";

    private static String credential(String registry, String password) {
        return Json.mapper().writeValueAsString(Map.of("registry", registry, "username", "ann", "password", password));
    }

    private static String workload(String name, String image, String more) {
        return "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"%s\", \"size\": \"xs\"%s}"
                .formatted(name, image, more);
    }

    private WorkloadDesired lastWish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private static String opened(WorkloadDesired wish) {
        RegistryLogin login = wish.registryLogin();
        assertThat(login).isNotNull();
        return new SecretBox(SECRET_KEY)
                .open(wish.account(), "registry/" + login.registry(), login.version(), login.sealed());
    }

    @Test
    void aPasswordIsTakenAndNeverAnsweredAndIsSealedInTheWishesOfItsRegistryOnly() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post(AT, credential("Registry.Example.com:5000", CANARY))
                .expect(201);
        assertThat(made.body()).doesNotContain("canary").doesNotContain("sealed");
        assertThat(made.text("registry")).isEqualTo(HOST);
        String own = customer.post("/v1/workloads", workload("web", HOST + "/team/app:1", ""))
                .expect(202)
                .text("id");
        String other = customer.post("/v1/workloads", workload("other", "registry.example.com/team/app:1", ""))
                .expect(202)
                .text("id");
        assertThat(opened(lastWish(own))).isEqualTo(CANARY);
        assertThat(lastWish(own).registryLogin().username()).isEqualTo("ann");
        assertThat(lastWish(other).registryLogin()).isNull();
        assertThat(customer.get("/v1/workloads/" + own).expect(200).body())
                .doesNotContain("canary")
                .doesNotContain("sealed");
        assertThat(customer.get(AT + "/" + HOST).expect(200).text("used_by.0.name"))
                .isEqualTo("web");
        assertThat(customer.get(AT).expect(200).body()).doesNotContain("canary").contains(HOST);
        for (String table : new String[] {
            "registry_credential", "workload", "workload_revision", "outbox", "idempotency", "operation"
        }) {
            assertThat(dsl.fetch("select t::text from " + table + " t").toString())
                    .as(table)
                    .doesNotContain("canary-1954");
        }
        Api stranger = api().signedUp();
        stranger.get(AT + "/" + HOST).expect(404);
        stranger.patch(AT + "/" + HOST, "{\"password\": \"x\"}").expect(404);
        stranger.delete(AT + "/" + HOST).expect(404);
        String theirs = stranger.post("/v1/workloads", workload("web", HOST + "/team/app:1", ""))
                .expect(202)
                .text("id");
        assertThat(lastWish(theirs).registryLogin()).isNull();
    }

    @Test
    void wishesFollowAChangeWithoutANewRevisionAndLoseWhatIsDeleted() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/workloads", workload("web", HOST + "/team/app:1", ""))
                .expect(202);
        String web = made.text("id");
        String operation = made.header("Operation-Id");
        customer.post(AT, credential(HOST, "one")).expect(201);
        assertThat(opened(lastWish(web))).as("of before there were any").isEqualTo("one");
        WorkloadDesired before = lastWish(web);
        Api.Reply changed = customer.patch(AT + "/" + HOST, "{\"username\": \"bob\", \"password\": \"two\"}")
                .expect(200);
        assertThat(changed.text("version")).isEqualTo("2");
        WorkloadDesired after = lastWish(web);
        assertThat(opened(after)).isEqualTo("two");
        assertThat(after.registryLogin().username()).isEqualTo("bob");
        assertThat(after.revision()).isEqualTo(before.revision());
        assertThat(after.run()).isEqualTo(before.run());
        assertThat(after.generation()).isGreaterThan(before.generation());
        assertThat(customer.get("/v1/operations/" + operation).text("state"))
                .as("what goes on is not touched by it")
                .isEqualTo("running");

        customer.patch("/v1/workloads/" + web, "{\"image\": \"nginx:1\"}").expect(202);
        assertThat(lastWish(web).registryLogin()).as("another registry's image").isNull();
        customer.post("/v1/workloads/" + web + "/rollback").expect(202);
        assertThat(opened(lastWish(web))).as("back to an image of it").isEqualTo("two");
        customer.delete(AT + "/" + HOST).expect(204);
        assertThat(lastWish(web).registryLogin()).isNull();
        assertThat(lastWish(web).revision()).isEqualTo(before.revision());
        customer.get(AT + "/" + HOST).expect(404);
        customer.delete(AT + "/" + HOST).expect(404);
    }

    @Test
    void saysWhatIsWrong() {
        Api customer = api().signedUp();
        customer.post(AT, credential("docker.io", "x")).expect(201);
        assertThat(customer.post(AT, credential("index.docker.io", "x"))
                        .expect(409)
                        .text("hint"))
                .contains("PATCH /v1/registry_credentials/docker.io");
        for (String registry :
                new String[] {"https://ghcr.io", "ghcr.io/team", "team", "-a.b", "a.b:0", "a.b:123456", "a..b", ""}) {
            assertThat(customer.post(AT, credential(registry, "x")).expect(422).text("errors.0.field"))
                    .as(registry)
                    .isEqualTo("registry");
        }
        customer.post(AT, credential("ghcr.io", "")).expect(422);
        customer.post(AT, credential("ghcr.io", "x".repeat(8193))).expect(422);
        customer.post(AT, "{\"registry\": \"ghcr.io\", \"username\": \"a:b\", \"password\": \"x\"}")
                .expect(422);
        customer.post("/v1/workloads", workload("web", "nginx:1", ", \"pull_policy\": \"never\""))
                .expect(422);
    }

    @Test
    void thePullPolicyIsInTheWishAndMakesNoRevision() {
        Api customer = api().signedUp();
        Api.Reply web = customer.post("/v1/workloads", workload("web", "nginx:1", ", \"pull_policy\": \"always\""))
                .expect(202);
        assertThat(web.text("pull_policy")).isEqualTo("always");
        assertThat(lastWish(web.text("id")).pullPolicy()).isEqualTo(PullPolicy.ALWAYS);
        customer.patch("/v1/workloads/" + web.text("id"), "{\"pull_policy\": \"if_not_present\"}")
                .expect(202);
        assertThat(lastWish(web.text("id")).pullPolicy()).isEqualTo(PullPolicy.IF_NOT_PRESENT);
        customer.patch("/v1/workloads/" + web.text("id"), "{\"pull_policy\": \"\"}")
                .expect(202);
        assertThat(lastWish(web.text("id")).pullPolicy()).isNull();
        assertThat(lastWish(web.text("id")).revision()).isEqualTo(1);
    }

    @Test
    void aStackHasBothAndGivesThePolicyBack() {
        Api customer = api().signedUp();
        customer.post(AT, credential(HOST, "one")).expect(201);
        String compose = """
                services:
                  a: {image: "%1$s/a:1", pull_policy: always}
                  b: {image: "%1$s/b:1", pull_policy: missing}
                  c: {image: "%1$s/c:1", pull_policy: daily}
                """.formatted(HOST);
        Api.Reply stack = customer.post(
                        "/v1/stacks", Json.mapper().writeValueAsString(Map.of("name", "shop", "compose", compose)))
                .expect(202);
        assertThat(stack.text("workloads.0.pull_policy")).isEqualTo("always");
        assertThat(stack.text("workloads.1.pull_policy")).isEqualTo("if_not_present");
        assertThat(stack.body()).contains("services.c.pull_policy");
        assertThat(opened(lastWish(stack.text("workloads.2.id")))).isEqualTo("one");
        String export = customer.get("/v1/stacks/" + stack.text("id") + "/compose")
                .expect(200)
                .body();
        assertThat(export).containsOnlyOnce("pull_policy: always").containsOnlyOnce("pull_policy: missing");
        customer.post(
                        "/v1/stacks?dry_run=true",
                        Json.mapper().writeValueAsString(Map.of("name", "again", "compose", export)))
                .expect(200);
        customer.post(
                        "/v1/stacks",
                        Json.mapper()
                                .writeValueAsString(Map.of(
                                        "name",
                                        "wrong",
                                        "compose",
                                        "services: {a: {image: \"nginx:1\", pull_policy: sometimes}}")))
                .expect(422);
    }

    @Test
    void thePageOfSecretsKeepsChangesAndDeletesThem() {
        Api customer = api().signedUp();
        Map<String, String> form = Map.of("registry", HOST, "username", "ann", "password", CANARY);
        customer.form("/registry_credentials", form).expect(302);
        assertThat(customer.get("/secrets").expect(200).body())
                .contains(HOST, "ann")
                .doesNotContain("canary");
        assertThat(customer.form("/registry_credentials", Map.of("registry", "no registry", "username", "ann"))
                        .expect(422)
                        .body())
                .contains("must be a registry", "no registry");
        customer.form("/registry_credentials/%s/change".formatted(HOST), Map.of("password", "two"))
                .expect(302);
        assertThat(customer.get(AT + "/" + HOST).text("version")).isEqualTo("2");
        customer.form("/registry_credentials/%s/delete".formatted(HOST), Map.of())
                .expect(302);
        customer.get(AT + "/" + HOST).expect(404);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io",
        "nginx:1, docker.io",
        "team/app@sha256:00, docker.io",
        "docker.io/team/app, docker.io",
        "index.docker.io/nginx, docker.io",
        "registry-1.docker.io/library/nginx, docker.io",
        "ghcr.io/a/b:1, ghcr.io",
        "GHCR.io/a, ghcr.io",
        "localhost/a, localhost",
        "host:5000/a, host:5000"
    })
    void readsTheRegistryOfAnImageAsDockerDoes(String image, String registry) {
        assertThat(RegistryName.of(image)).isEqualTo(registry);
    }
}
