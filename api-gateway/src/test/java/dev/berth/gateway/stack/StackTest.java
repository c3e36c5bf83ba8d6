package dev.berth.gateway.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StackTest extends GatewayTest {
    static final String SHOP = """
            services:
              web:
                image: berth/sample:1
                command: ["httpd", "-f", "-p", "8080", "$$HOME"]
                environment: {GREETING: "${GREETING}"}
                expose: [8080]
                restart: always
                x-berth: {size: xs}
              db:
                image: berth/sample:1
                restart: always
                x-berth: {size: xs}
            """;

    static String body(String name, String compose) {
        return Json.mapper()
                .writeValueAsString(Map.of("name", name, "compose", compose, "variables", Map.of("GREETING", "hello")));
    }

    static String body(String compose) {
        return Json.mapper().writeValueAsString(Map.of("compose", compose, "variables", Map.of("GREETING", "hello")));
    }

    static List<String> names(JsonNode list, String field) {
        List<String> names = new ArrayList<>();
        list.forEach(item -> names.add(item.path(field).stringValue()));
        return names;
    }

    @Test
    void aFileThatMakesVolumesNeedsTheRightToMakeThem() {
        Api customer = api().signedUp();
        Api deployer = api().key(customer.post(
                        "/v1/api_keys", "{\"name\": \"ci\", \"scopes\": [\"workloads:read\", \"workloads:write\"]}")
                .expect(201)
                .text("secret"));
        String keeps = SHOP + """
                    volumes: ["data:/data"]
                volumes: {data: {}}
                """;
        assertThat(deployer.post("/v1/stacks", body("shop", keeps)).expect(403).text("scope"))
                .isEqualTo("volumes:write");
        assertThat(customer.get("/v1/volumes").json().path("data")).isEmpty();
        String id = deployer.post("/v1/stacks", body("shop", SHOP)).expect(202).text("id");
        assertThat(deployer.send("PUT", "/v1/stacks/" + id, body(keeps))
                        .expect(403)
                        .text("scope"))
                .isEqualTo("volumes:write");
        customer.send("PUT", "/v1/stacks/" + id, body(keeps)).expect(202);
        assertThat(customer.get("/v1/volumes").json().path("data")).hasSize(1);
        deployer.delete("/v1/stacks/" + id).expect(204);
        assertThat(customer.get("/v1/volumes").json().path("data"))
                .as("volumes stay")
                .hasSize(1);
    }

    @Test
    void makesAllWorkloadsOfAFileAndTellsThePlanBefore() {
        Api customer = api().signedUp();
        JsonNode plan = customer.post("/v1/stacks?dry_run=true", body("shop", SHOP))
                .expect(200)
                .json();
        assertThat(plan.path("allowed").booleanValue()).isTrue();
        assertThat(names(plan.path("workloads"), "name")).containsExactly("web", "db");
        assertThat(customer.get("/v1/workloads").json().path("data")).isEmpty();

        Api.Reply made = customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
        assertThat(made.header("Location")).isEqualTo("/v1/stacks/" + made.text("id"));
        assertThat(names(made.json().path("workloads"), "name")).containsExactly("web", "db");
        JsonNode web = made.json().path("workloads").path(0);
        assertThat(web.path("env").path("GREETING").stringValue()).isEqualTo("hello");
        assertThat(web.path("args").path(4).stringValue()).isEqualTo("$HOME");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
        assertThat(customer.get("/v1/stacks").json().path("data")).hasSize(1);
    }

    @Test
    void makesNoneWhenOneCannotBeHad() {
        Api customer = api().signedUp();
        String file = SHOP + "  spy: {image: berth/sample:1, privileged: true, volumes: ['/:/host']}\n";
        Api.Reply refused = customer.post("/v1/stacks", body("shop", file)).expect(422);
        assertThat(names(refused.json().path("errors"), "field"))
                .containsExactly("services.spy.privileged", "services.spy.volumes[0]");
        assertThat(refused.text("errors.1.message")).contains("line 13").contains("path of a host");
        assertThat(customer.get("/v1/workloads").json().path("data")).isEmpty();

        String partial = Json.mapper().writeValueAsString(Map.of("name", "shop", "compose", file, "partial", true));
        JsonNode made = customer.post("/v1/stacks", partial).expect(202).json();
        assertThat(names(made.path("workloads"), "name")).containsExactly("web", "db");
    }

    @Test
    void makesNoneWhenTheQuotaIsTooSmallForAll() {
        Api customer = api().signedUp();
        String file = SHOP + "  big: {image: berth/sample:1, deploy: {replicas: 90}}\n";
        Api.Reply refused = customer.post("/v1/stacks", body("shop", file)).expect(403);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(refused.text("service")).isEqualTo("big");
        assertThat(customer.get("/v1/workloads").json().path("data")).isEmpty();
        assertThat(customer.get("/v1/stacks").json().path("data")).isEmpty();
    }

    @Test
    void becomesWhatAnotherFileSays() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
        String stack = "/v1/stacks/" + made.text("id");
        String web = made.text("workloads.0.id");
        String next = """
                services:
                  web: {image: "berth/sample:2", restart: always, x-berth: {size: xs}}
                  cache: {image: "berth/sample:1", restart: always, x-berth: {size: xs}}
                """;
        assertThat(customer.with("If-Match", "\"7\"")
                        .send("PUT", stack, body(next))
                        .status())
                .isEqualTo(412);
        JsonNode changed = customer.with("If-Match", made.text("etag"))
                .send("PUT", stack, body(next))
                .expect(202)
                .json();
        assertThat(names(changed.path("workloads"), "name")).containsExactlyInAnyOrder("web", "cache");
        Api.Reply kept = customer.get("/v1/workloads/" + web).expect(200);
        assertThat(kept.text("image")).isEqualTo("berth/sample:2");
        assertThat(kept.json().path("env")).isEmpty();
        assertThat(kept.json().path("args")).isEmpty();
        assertThat(names(customer.get("/v1/workloads").json().path("data"), "name"))
                .containsExactlyInAnyOrder("web", "cache");
    }

    @Test
    void stopsStartsAndGoesAsAWhole() {
        Api customer = api().signedUp();
        String stack = "/v1/stacks/"
                + customer.post("/v1/stacks", body("shop", SHOP)).expect(202).text("id");
        JsonNode stopped = customer.post(stack + "/stop").expect(202).json();
        assertThat(stopped.path("workloads")
                        .path(1)
                        .path("desired")
                        .path("state")
                        .stringValue())
                .isEqualTo("stopped");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        customer.post(stack + "/start").expect(202);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
        customer.delete(stack).expect(204);
        assertThat(customer.get(stack).status()).isEqualTo(404);
        assertThat(customer.get("/v1/workloads").json().path("data")).isEmpty();
        customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
    }

    @Test
    void itsExportMakesTheSameWorkloadsAgain() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
        Api.Reply exported =
                customer.get("/v1/stacks/" + made.text("id") + "/compose").expect(200);
        assertThat(exported.header("Content-Type")).startsWith("application/yaml");
        Api other = api().signedUp();
        String again = Json.mapper().writeValueAsString(Map.of("name", "copy", "compose", exported.body()));
        JsonNode copy = other.post("/v1/stacks", again).expect(202).json();
        for (int i = 0; i < 2; i++) {
            JsonNode before = made.json().path("workloads").path(i);
            JsonNode after = copy.path("workloads").path(i);
            for (String field : before.propertyNames()) {
                if (!List.of("id", "created_at", "updated_at", "observed").contains(field)) {
                    assertThat(after.path(field)).as(field).isEqualTo(before.path(field));
                }
            }
        }
    }

    @Test
    void anotherAccountsStackIsLikeOneThatIsNot() {
        Api owner = api().signedUp();
        String stack = "/v1/stacks/"
                + owner.post("/v1/stacks", body("shop", SHOP)).expect(202).text("id");
        Api stranger = api().signedUp();
        for (String path : List.of(stack, stack + "/compose")) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(stranger.send("PUT", stack, body(SHOP)).status()).isEqualTo(404);
        assertThat(stranger.post(stack + "/stop").status()).isEqualTo(404);
        assertThat(stranger.delete(stack).status()).isEqualTo(404);
        assertThat(owner.get(stack).status()).isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        Api customer = api().signedUp();
        assertThat(customer.post("/v1/stacks", "{\"name\": \"a\"}").expect(422).text("errors.0.field"))
                .isEqualTo("compose");
        assertThat(customer.post("/v1/stacks", body("Not A Name", SHOP))
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("name");
        assertThat(customer.post("/v1/stacks", body("a", "services: {web: ["))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("line 1");
        assertThat(customer.post("/v1/stacks", body("a", "services: {Web_1: {image: a}}"))
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("services.Web_1.name");
        customer.post("/v1/stacks", body("shop", SHOP)).expect(202);
        assertThat(customer.post("/v1/stacks", body("shop", SHOP)).expect(409).text("code"))
                .isEqualTo("name_taken");
    }

    @Test
    void makesTheVolumesOfAFileAndKeepsThemWhenItGoes() {
        Api customer = api().signedUp();
        String file = """
                services:
                  db:
                    image: berth/sample:1
                    volumes: ["db_data:/var/lib/data", "shared:/shared:ro"]
                  web:
                    image: berth/sample:1
                    volumes: [{type: volume, source: shared, target: /shared}]
                volumes:
                  db_data: {x-berth: {size_gib: 3}}
                  shared:
                  unused:
                """;
        JsonNode plan = customer.post("/v1/stacks?dry_run=true", body("shop", file))
                .expect(200)
                .json();
        assertThat(plan.path("volumes").toString()).isEqualTo("{\"db_data\":3,\"shared\":1}");
        Api.Reply made = customer.post("/v1/stacks", body("shop", file)).expect(202);
        JsonNode volumes = customer.get("/v1/volumes").json().path("data");
        assertThat(names(volumes, "name")).containsExactlyInAnyOrder("db_data", "shared");
        String export = customer.get("/v1/stacks/" + made.text("id") + "/compose")
                .expect(200)
                .body();
        assertThat(export).contains("db_data").doesNotContain("vol_");
        customer.post("/v1/stacks?dry_run=true", body("again", export)).expect(200);

        customer.delete("/v1/stacks/" + made.text("id")).expect(204);
        assertThat(customer.get("/v1/volumes").json().path("data")).hasSize(2);
    }

    @Test
    void refusesTwoWritersOfAVolumeAndOneThatIsNotThere() {
        Api customer = api().signedUp();
        String file = """
                services:
                  a: {image: "berth/sample:1", volumes: ["data:/data"]}
                  b: {image: "berth/sample:1", volumes: ["data:/data"]}
                volumes: {data: }
                """;
        Api.Reply refused = customer.post("/v1/stacks", body("two", file)).expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo("services.b.volumes[0]");
        assertThat(refused.text("errors.0.message"))
                .contains("is written to by 'a'")
                .contains("data:/data:ro");
        String external = """
                services:
                  a: {image: "berth/sample:1", volumes: ["data:/data"]}
                volumes: {data: {external: true}}
                """;
        customer.post("/v1/stacks", body("ext", external)).expect(422);
        assertThat(customer.get("/v1/volumes").json().path("data")).isEmpty();
    }

    private static final String NETWORKS = """
            services:
              web:
                image: berth/sample:1
                networks: [front, back]
                x-berth: {size: xs}
              db:
                image: berth/sample:1
                networks: [back]
                x-berth: {size: xs}
            networks:
              front:
              back: {internal: true}
            """;

    private static String networks(JsonNode workload) {
        List<String> networks = new ArrayList<>();
        workload.path("networks")
                .forEach(one -> networks.add(
                        one.path("name").stringValue() + (one.path("internal").asBoolean(false) ? "!" : "")));
        return String.join(" ", networks);
    }

    @Test
    void networksOfAFileAreTheStacksAndChangeTogether() {
        Api customer = api().signedUp();
        JsonNode made =
                customer.post("/v1/stacks", body("shop", NETWORKS)).expect(202).json();
        assertThat(networks(made.path("workloads").path(0))).isEqualTo("shop--front shop--back!");
        assertThat(networks(made.path("workloads").path(1))).isEqualTo("shop--back!");
        String stack = "/v1/stacks/" + made.path("id").stringValue();

        String exported = customer.get(stack + "/compose").expect(200).body();
        JsonNode again = customer.post(
                        "/v1/stacks?dry_run=true",
                        Json.mapper().writeValueAsString(Map.of("name", "shop", "compose", exported)))
                .expect(200)
                .json();
        assertThat(again.path("findings")).as(exported).isEmpty();
        assertThat(networks(again.path("workloads").path(0))).isEqualTo("shop--front shop--back!");
        assertThat(networks(again.path("workloads").path(1))).isEqualTo("shop--back!");

        JsonNode open = customer.send("PUT", stack, body(NETWORKS.replace("back: {internal: true}", "back:")))
                .expect(202)
                .json();
        assertThat(networks(open.path("workloads").path(0))).isEqualTo("shop--front shop--back");
        assertThat(networks(open.path("workloads").path(1))).isEqualTo("shop--back");
        JsonNode none = customer.send("PUT", stack, body(NETWORKS.replaceAll("    networks: .*\n", "")))
                .expect(202)
                .json();
        assertThat(networks(none.path("workloads").path(0))).isEmpty();
    }

    @Test
    void aNetworkWithANameOfItsOwnIsSharedAndExportedAsSuch() {
        Api customer = api().signedUp();
        customer.post(
                        "/v1/workloads",
                        "{\"name\": \"bus\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\","
                                + " \"networks\": [{\"name\": \"bus\"}]}")
                .expect(202);
        String file = """
                services:
                  web: {image: "berth/sample:1", networks: [bus, default], x-berth: {size: xs}}
                networks:
                  bus: {name: bus}
                """;
        JsonNode made =
                customer.post("/v1/stacks", body("shop", file)).expect(202).json();
        assertThat(networks(made.path("workloads").path(0))).isEqualTo("bus default");
        String exported = customer.get("/v1/stacks/" + made.path("id").stringValue() + "/compose")
                .expect(200)
                .body();
        assertThat(exported).contains("account_bus", "name: bus");
        JsonNode again = customer.post(
                        "/v1/stacks?dry_run=true",
                        Json.mapper().writeValueAsString(Map.of("name", "other", "compose", exported)))
                .expect(200)
                .json();
        assertThat(networks(again.path("workloads").path(0))).isEqualTo("bus default");

        Api.Reply refused = customer.post(
                        "/v1/stacks",
                        body(
                                "second",
                                file.replace("web:", "other:").replace("{name: bus}", "{name: bus, internal: true}")))
                .expect(409);
        assertThat(refused.text("detail")).contains("'bus'");
        assertThat(customer.get("/v1/stacks").json().path("data")).hasSize(1);
    }
}
