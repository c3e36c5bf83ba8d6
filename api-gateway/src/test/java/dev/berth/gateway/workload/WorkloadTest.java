package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WorkloadTest extends GatewayTest {
    private static final String WEB =
            "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"s\", \"replicas\": 2}";

    private Api.Reply created(Api customer) {
        return customer.post("/v1/workloads", WEB).expect(202);
    }

    private WorkloadDesired lastWish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    @Test
    void readsItsOwnWriteAtOnce() {
        Api customer = api().signedUp();
        Api.Reply created = created(customer);
        String id = created.text("id");
        assertThat(created.header("Location")).isEqualTo("/v1/workloads/" + id);
        Api.Reply read = customer.get("/v1/workloads/" + id).expect(200);
        assertThat(read.text("cpu_millis")).isEqualTo("500");
        assertThat(read.text("memory_mib")).isEqualTo("512");
        assertThat(read.text("replicas")).isEqualTo("2");
        assertThat(read.text("desired.state")).isEqualTo("running");
        assertThat(read.text("desired.generation")).isEqualTo("1");
        assertThat(read.text("observed.state")).isEqualTo("pending");
        assertThat(read.text("observed.running")).isEqualTo("0");
        assertThat(read.json().has("image_digest")).isTrue();
        assertThat(read.header("ETag")).isEqualTo(read.text("etag")).isEqualTo("\"1\"");
        assertThat(customer.get("/v1/quota").text("used.cpu_millis")).isEqualTo("1000");
    }

    @Test
    void tellsTheWholeWishWithItsDefaultsAndItsCause() {
        Api customer = api().signedUp();
        Api.Reply created = created(customer);
        WorkloadDesired wish = lastWish(created.text("id"));
        assertThat(wish.generation()).isEqualTo(1);
        assertThat(wish.state()).isEqualTo(DesiredState.RUNNING);
        assertThat(wish.restart()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(wish.readOnlyRoot()).isTrue();
        assertThat(wish.stopGraceSeconds()).isEqualTo(10);
        assertThat(wish.maxRuntimeSeconds()).isNull();
        var row = dsl.resultQuery(
                        "select actor, traceparent from outbox where key = {0}",
                        org.jooq.impl.DSL.val(created.text("id")))
                .fetchSingle();
        assertThat(row.get(0, String.class)).startsWith("key_");
        assertThat(row.get(1, String.class)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
    }

    @Test
    void makesNewContainersForAnImageAndNoneForASize() {
        Api customer = api().signedUp();
        String id = created(customer).text("id");
        customer.patch("/v1/workloads/" + id, "{\"size\": \"m\", \"replicas\": 3}")
                .expect(202);
        WorkloadDesired sized = lastWish(id);
        assertThat(List.of(sized.generation(), sized.revision(), sized.run())).containsExactly(2L, 1L, 1L);
        assertThat(sized.cpuMillis().value()).isEqualTo(1000);
        customer.patch("/v1/workloads/" + id, "{\"image\": \"berth/sample:2\", \"env\": {\"A\": \"1\"}}")
                .expect(202);
        WorkloadDesired replaced = lastWish(id);
        assertThat(List.of(replaced.generation(), replaced.revision(), replaced.run()))
                .containsExactly(3L, 2L, 1L);
        assertThat(replaced.env()).isEqualTo(Map.of("A", "1"));
        customer.post("/v1/workloads/" + id + "/restart").expect(202);
        assertThat(lastWish(id).run()).isEqualTo(2);
        int told = payloads(id).size();
        customer.patch("/v1/workloads/" + id, "{\"size\": \"m\"}").expect(202);
        assertThat(payloads(id)).hasSize(told);
    }

    @Test
    void refusesAChangeOfWhatHasChangedMeanwhile() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/" + created(customer).text("id");
        customer.with("If-Match", "\"1\"").patch(path, "{\"replicas\": 1}").expect(202);
        Api.Reply stale = customer.with("If-Match", "\"1\"")
                .patch(path, "{\"replicas\": 3}")
                .expect(412);
        assertThat(stale.text("code")).isEqualTo("stale");
        assertThat(stale.text("etag")).isEqualTo("\"2\"");
        customer.with("If-Match", stale.text("etag"))
                .patch(path, "{\"replicas\": 3}")
                .expect(202);
        customer.with("If-Match", "\"1\"").delete(path).expect(412);
    }

    @Test
    void stopsAndStartsAndGivesTheQuotaBackMeanwhile() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/" + created(customer).text("id");
        assertThat(customer.post(path + "/stop").expect(202).text("desired.state"))
                .isEqualTo("stopped");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        assertThat(customer.post(path + "/restart").expect(409).text("code")).isEqualTo("conflict");
        assertThat(customer.post(path + "/start").expect(202).text("desired.state"))
                .isEqualTo("running");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
    }

    @Test
    void keepsARemovedWorkloadForTheInvoicesButOutOfTheList() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/" + created(customer).text("id");
        assertThat(customer.delete(path).expect(202).text("desired.state")).isEqualTo("removed");
        assertThat(customer.get(path).expect(200).text("desired.state")).isEqualTo("removed");
        assertThat(customer.get("/v1/workloads").json().path("data").size()).isZero();
        assertThat(customer.get("/v1/workloads?state=removed")
                        .json()
                        .path("data")
                        .size())
                .isOne();
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        customer.delete(path).expect(202);
        customer.post(path + "/start").expect(409);
        created(customer); // the name is free again
    }

    @Test
    void runsAJobOnceAndAgainWhenAsked() {
        Api customer = api().signedUp();
        Api.Reply job = customer.post(
                        "/v1/workloads",
                        "{\"name\": \"job\", \"kind\": \"job\", \"image\": \"berth/sample:1\", \"command\": [\"true\"]}")
                .expect(202);
        WorkloadDesired wish = lastWish(job.text("id"));
        assertThat(wish.restart()).isEqualTo(RestartPolicy.ON_FAILURE);
        assertThat(wish.maxRuntimeSeconds()).isEqualTo(3600);
        customer.post("/v1/workloads/" + job.text("id") + "/run").expect(202);
        assertThat(lastWish(job.text("id")).run()).isEqualTo(2);
        String service = created(customer).text("id");
        customer.post("/v1/workloads/" + service + "/run").expect(422);
    }

    @Test
    void pricesAWishWithoutMakingIt() {
        Api customer = api().signedUp();
        Api.Reply quote = customer.post("/v1/workloads?dry_run=true", WEB).expect(200);
        assertThat(quote.text("dry_run")).isEqualTo("true");
        assertThat(quote.text("per_hour.amount_minor")).isEqualTo("2");
        assertThat(quote.text("quota.allowed")).isEqualTo("true");
        assertThat(quote.text("quota.after.cpu_millis")).isEqualTo("1000");
        assertThat(customer.get("/v1/workloads").json().path("data").size()).isZero();
        Api.Reply large = customer.post(
                        "/v1/workloads?dry_run=true", WEB.replace("\"replicas\": 2", "\"replicas\": 11"))
                .expect(200);
        assertThat(large.text("quota.allowed")).isEqualTo("false");
        assertThat(large.text("quota.missing.containers")).isEqualTo("1");
    }

    @Test
    void hidesAnotherAccountsWorkloadByteForByte() {
        Api.Reply foreign = created(api().signedUp());
        Api stranger = api().signedUp();
        String missing = WorkloadId.next().toString();
        for (String verb :
                List.of("GET", "PATCH", "DELETE", "POST /start", "POST /stop", "POST /restart", "POST /run")) {
            String method = verb.split(" ")[0];
            String tail = verb.contains(" ") ? verb.split(" ")[1] : "";
            String body = method.equals("PATCH") ? "{\"replicas\": 1}" : null;
            Api.Reply one = stranger.send(method, "/v1/workloads/" + foreign.text("id") + tail, body)
                    .expect(404);
            Api.Reply other = stranger.send(method, "/v1/workloads/" + missing + tail, body)
                    .expect(404);
            assertThat(masked(one, foreign.text("id"))).isEqualTo(masked(other, missing));
        }
        assertThat(stranger.get("/v1/workloads").json().path("data").size()).isZero();
    }

    private static String masked(Api.Reply reply, String id) {
        return reply.body().replace(reply.text("request_id"), "").replace(id, "?");
    }

    @Test
    void aMachineHasOneReplicaAndAVolumeAndChangesOverWhenTheOldOneHasEnded() {
        Api customer = api().signedUp();
        String bare = WEB.replace("\"service\"", "\"machine\"").replace(", \"replicas\": 2", "");
        assertThat(customer.post("/v1/workloads", bare).expect(422).text("errors.0.field"))
                .isEqualTo("volumes");
        customer.post("/v1/volumes", "{\"name\": \"home\", \"size_gib\": 1}").expect(202);
        String body = bare.replace("}", ", \"volumes\": [{\"volume\": \"home\", \"path\": \"/home\"}]}");
        Api.Reply machine = customer.post("/v1/workloads", body).expect(202);
        assertThat(machine.text("rollout.strategy")).isEqualTo("recreate");
        assertThat(machine.text("read_only_root")).isEqualTo("false");
        WorkloadDesired wish = lastWish(machine.text("id"));
        assertThat(wish.kind()).isEqualTo(WorkloadKind.MACHINE);
        assertThat(wish.replicas()).isEqualTo(1);
        customer.patch("/v1/workloads/" + machine.text("id"), "{\"replicas\": 2}")
                .expect(422);
        customer.patch("/v1/workloads/" + machine.text("id"), "{\"volumes\": []}")
                .expect(422);
        customer.patch("/v1/workloads/" + machine.text("id"), "{\"rollout\": {\"strategy\": \"rolling\"}}")
                .expect(422);
        assertThat(customer.post("/v1/workloads", WEB.replace("\"service\"", "\"vm\""))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("service, job, cron or machine");
    }

    @Test
    void listsPageByPageNewestFirst() {
        Api customer = api().signedUp();
        for (int i = 0; i < 7; i++) {
            customer.post(
                            "/v1/workloads",
                            "{\"name\": \"w%d\", \"kind\": \"service\", \"image\": \"a\", \"size\": \"xs\", \"labels\": {\"n\": \"%d\"}}"
                                    .formatted(i, i % 2))
                    .expect(202);
        }
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            Api.Reply page = customer.get("/v1/workloads?limit=3" + cursor).expect(200);
            page.json().path("data").forEach(one -> names.add(one.path("name").stringValue()));
            JsonNode next = page.json().path("next_cursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
        } while (!cursor.isEmpty());
        assertThat(names).containsExactly("w6", "w5", "w4", "w3", "w2", "w1", "w0");
        assertThat(customer.get("/v1/workloads?label=n:1").json().path("data").size())
                .isEqualTo(3);
        assertThat(customer.get("/v1/workloads?name=w4").json().path("data").size())
                .isOne();
        assertThat(customer.get("/v1/workloads?kind=job").json().path("data").size())
                .isZero();
        customer.get("/v1/workloads?limit=0").expect(422);
        customer.get("/v1/workloads?limit=201").expect(422);
        customer.get("/v1/workloads?cursor=%00").expect(422);
        customer.get("/v1/workloads?cursor=AAAA").expect(422);
        customer.get("/v1/workloads?state=flying").expect(422);
        customer.get("/v1/workloads?name=%00&label=%00:%00").expect(422);
    }

    @Test
    void takesANameOnlyOnce() {
        Api customer = api().signedUp();
        created(customer);
        assertThat(customer.post("/v1/workloads", WEB).expect(409).text("code")).isEqualTo("name_taken");
        created(api().signedUp());
    }

    private static String in(String name, String networks) {
        return "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"cpu_millis\": 10, \"memory_mib\": 16, \"networks\": %s}"
                .formatted(name, networks);
    }

    private static final String BACK = "[{\"name\": \"back\", \"internal\": true}]";

    @Test
    void containersAreInTheNetworksThatAreNamedAndAChangeOfThemIsARevision() {
        Api customer = api().signedUp();
        Api.Reply web = customer.post("/v1/workloads", in("web", BACK)).expect(202);
        assertThat(web.text("networks.0.name")).isEqualTo("back");
        assertThat(web.text("networks.0.internal")).isEqualTo("true");
        String path = "/v1/workloads/" + web.text("id");
        Api.Reply same = customer.patch(path, "{\"networks\": " + BACK + "}").expect(202);
        assertThat(same.text("desired.revision")).isEqualTo("1");
        Api.Reply own = customer.patch(path, "{\"networks\": [{\"name\": \"default\"}]}")
                .expect(202);
        assertThat(own.json().path("networks"))
                .as("the account's own network alone is none")
                .isEmpty();
        assertThat(own.text("desired.revision")).isEqualTo("2");
        Api.Reply both = customer.patch(path, "{\"networks\": [{\"name\": \"default\"}, {\"name\": \"front\"}]}")
                .expect(202);
        assertThat(both.json().path("networks")).hasSize(2);
    }

    @Test
    void allThatNameANetworkMeanTheSameByIt() {
        Api customer = api().signedUp();
        Api.Reply db = customer.post("/v1/workloads", in("db", BACK)).expect(202);
        Api.Reply refused = customer.post("/v1/workloads", in("web", "[{\"name\": \"back\"}]"))
                .expect(409);
        assertThat(refused.text("detail")).contains("'back'", "'db'", "'web'", "internal");
        assertThat(refused.text("errors.0.field")).isEqualTo("networks");
        assertThat(refused.text("hint")).contains("\"internal\": true");
        assertThat(customer.get("/v1/workloads").json().path("data")).hasSize(1);

        String web = customer.post("/v1/workloads", in("web", BACK)).expect(202).text("id");
        Api.Reply alone = customer.patch("/v1/workloads/" + db.text("id"), "{\"networks\": [{\"name\": \"back\"}]}")
                .expect(409);
        assertThat(alone.text("detail")).contains("'web'");
        for (String header : List.of("ETag", "Location", "Operation-Id")) {
            assertThat(alone.header(header))
                    .as("of a change that did not come to pass")
                    .isNull();
        }
        customer.delete("/v1/workloads/" + web).expect(202);
        customer.patch("/v1/workloads/" + db.text("id"), "{\"networks\": [{\"name\": \"back\"}]}")
                .expect(202);
        api().signedUp().post("/v1/workloads", in("web", BACK)).expect(202);
    }

    @Test
    void anAccountNamesNoMoreNetworksThanItMayHave() {
        Api customer = api().signedUp();
        for (int i = 0; i < 4; i++) {
            customer.post(
                            "/v1/workloads",
                            in(
                                    "w" + i,
                                    "[{\"name\": \"default\"}, {\"name\": \"a%d\"}, {\"name\": \"b%d\", \"internal\": true}]"
                                            .formatted(i, i)))
                    .expect(202);
        }
        Api.Reply refused = customer.post("/v1/workloads", in("more", "[{\"name\": \"ninth\"}]"))
                .expect(409);
        assertThat(refused.text("limit")).isEqualTo("8");
        assertThat(refused.text("detail")).contains("9 networks", "8");
        customer.post("/v1/workloads", in("more", "[{\"name\": \"a1\"}]")).expect(202);
    }
}
