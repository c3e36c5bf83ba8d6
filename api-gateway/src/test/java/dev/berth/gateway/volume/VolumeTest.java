package dev.berth.gateway.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeRemoved;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.VolumeMount;
import dev.berth.schema.workload.WorkloadDesired;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class VolumeTest extends GatewayTest {
    @Autowired
    private PurgeLoop purges;

    private static String volume(String name, int gib) {
        return "{\"name\": \"%s\", \"size_gib\": %d}".formatted(name, gib);
    }

    private static String workload(String name, String volume, boolean readOnly, String more) {
        return "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\", \"volumes\": [{\"volume\": \"%s\", \"path\": \"/data\", \"read_only\": %s}]%s}"
                .formatted(name, volume, readOnly, more);
    }

    private VolumeDesired lastWish(String volume) {
        return Json.mapper().readValue(payloads(volume).getLast(), VolumeDesired.class);
    }

    /** What the feed would have written once the provisioner had told of it. */
    private void observed(String volume, long generation, int gib, String snapshots) {
        dsl.execute(
                "insert into feed_volume (volume_id, account_id, state, generation, driver, size_enforced, size_gib, snapshots,"
                        + " sequence, created_at, changed_at) select volume_id, account_id, 'ready', {1}, 'btrfs', true, {2},"
                        + " {3}::jsonb, {1}, now(), now() from volume where volume_id = {0} on conflict (volume_id) do update"
                        + " set generation = excluded.generation, size_gib = excluded.size_gib, snapshots = excluded.snapshots",
                DSL.val(VolumeId.parse(volume).uuid()), DSL.val(generation), DSL.val(gib), DSL.val(snapshots));
    }

    @Test
    void isMadeGrowsAndHoldsQuota() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/volumes", volume("data", 10)).expect(202);
        String id = made.text("id");
        assertThat(made.header("Location")).isEqualTo("/v1/volumes/" + id);
        assertThat(made.text("observed.state")).isEqualTo("creating");
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("10");
        observed(id, 1, 10, "[]");
        Api.Reply read = customer.get("/v1/volumes/" + id).expect(200);
        assertThat(read.text("observed.state")).isEqualTo("ready");
        assertThat(read.text("observed.size_enforced")).isEqualTo("true");

        assertThat(customer.patch("/v1/volumes/" + id, "{\"size_gib\": 5}")
                        .expect(422)
                        .text("errors.0.message"))
                .contains("must not be smaller than 10");
        Api.Reply grown = customer.patch("/v1/volumes/" + id, "{\"size_gib\": 20, \"name\": \"bulk\"}")
                .expect(202);
        assertThat(grown.text("observed.state")).isEqualTo("changing");
        assertThat(lastWish(id).sizeGib()).isEqualTo(20);
        assertThat(lastWish(id).name()).isEqualTo("bulk");
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("20");
        assertThat(customer.get("/v1/volumes?name=bulk").text("data.0.id")).isEqualTo(id);

        Api.Reply refused =
                customer.patch("/v1/volumes/" + id, "{\"size_gib\": 60}").expect(403);
        assertThat(refused.text("missing.volume_gib")).isEqualTo("10");
        customer.post("/v1/volumes", volume("bulk", 1)).expect(409);
        customer.post("/v1/volumes", "{\"name\": \"vol_x\", \"size_gib\": 0}").expect(422);
        api().signedUp().get("/v1/volumes/" + id).expect(404);
    }

    @Test
    void neverMoreThanTheQuotaHoweverManyAskAtOnce() throws Exception {
        Api customer = api().signedUp();
        List<Future<Integer>> answers = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(10)) {
            for (int i = 0; i < 20; i++) {
                String body = volume("v" + i, 20);
                Callable<Integer> call =
                        () -> customer.post("/v1/volumes", body).status();
                answers.add(pool.submit(call));
            }
        }
        int made = 0;
        for (Future<Integer> answer : answers) {
            made += answer.get() == 202 ? 1 : 0;
        }
        assertThat(made).as("50 GiB hold two of 20").isEqualTo(2);
    }

    @Test
    void isMountedByNameAndHasOneWriter() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 1)).expect(202).text("id");
        Api.Reply web = customer.post("/v1/workloads", workload("web", "data", false, ""))
                .expect(202);
        assertThat(web.text("volumes.0.volume")).isEqualTo(id);
        assertThat(web.text("volumes.0.name")).isEqualTo("data");
        assertThat(web.text("rollout.strategy")).isEqualTo("recreate");
        WorkloadDesired wish = Json.mapper().readValue(payloads(web.text("id")).getLast(), WorkloadDesired.class);
        assertThat(wish.volumes()).containsExactly(new VolumeMount(VolumeId.parse(id), "/data", false));
        assertThat(wish.rollout().strategy()).isEqualTo(RolloutStrategy.RECREATE);
        assertThat(customer.get("/v1/volumes/" + id).text("mounted_by.0.name")).isEqualTo("web");

        Api.Reply second = customer.post("/v1/workloads", workload("other", "data", false, ""))
                .expect(409);
        assertThat(second.text("detail")).contains("'data' is written to by the workload 'web'");
        customer.post("/v1/workloads", workload("reader", "data", true, ", \"replicas\": 3"))
                .expect(202);
        customer.patch(
                        "/v1/workloads/"
                                + customer.get("/v1/workloads?name=reader").text("data.0.id"),
                        "{\"volumes\": [{\"volume\": \"data\", \"path\": \"/data\"}], \"replicas\": 1}")
                .expect(409);
        assertThat(customer.post("/v1/workloads", workload("many", "data", false, ", \"replicas\": 2"))
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("replicas");
        assertThat(customer.post(
                                "/v1/workloads",
                                workload("blue", "data", false, ", \"rollout\": {\"strategy\": \"blue_green\"}"))
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("rollout.strategy");
        assertThat(customer.post("/v1/workloads", workload("lost", "nothing", false, ""))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("'nothing' is no volume of the account");
        for (String path : List.of("/", "data", "/proc/x", "/dev", "/sys", "/a/../b", "/a//b")) {
            customer.post("/v1/workloads", workload("w", "data", true, "").replace("/data", path))
                    .expect(422);
        }
        String stranger = api().signedUp()
                .post("/v1/workloads", workload("thief", id, true, ""))
                .expect(422)
                .text("errors.0.message");
        assertThat(stranger).contains("is no volume of the account");
    }

    @Test
    void isNotDeletedWhileAWorkloadMountsIt() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 1)).expect(202).text("id");
        String web = customer.post("/v1/workloads", workload("web", "data", false, ""))
                .expect(202)
                .text("id");
        customer.post("/v1/workloads/" + web + "/stop").expect(202);
        Api.Reply refused = customer.delete("/v1/volumes/" + id).expect(409);
        assertThat(refused.text("mounted_by.0")).isEqualTo(web);
        customer.patch("/v1/workloads/" + web, "{\"volumes\": []}").expect(202);
        customer.delete("/v1/volumes/" + id).expect(202);
        customer.patch("/v1/workloads/" + web, "{\"volumes\": [{\"volume\": \"%s\", \"path\": \"/d\"}]}".formatted(id))
                .expect(422);
        assertThat(customer.post("/v1/workloads/" + web + "/rollback")
                        .expect(409)
                        .text("detail"))
                .as("an earlier revision mounts what was deleted since")
                .contains("was deleted");
    }

    @Test
    void aDeletionCanBeTakenBackUntilItsTimeIsOver() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 7)).expect(202).text("id");
        Api.Reply deleted = customer.delete("/v1/volumes/" + id).expect(202);
        assertThat(deleted.text("observed.state")).isEqualTo("deleted");
        assertThat(lastWish(id).purgeAt()).isNotNull();
        assertThat(customer.get("/v1/volumes").json().path("data")).isEmpty();
        assertThat(customer.get("/v1/volumes?state=deleted").text("data.0.id")).isEqualTo(id);
        assertThat(customer.get("/v1/quota").text("used.volume_gib"))
                .as("what is kept holds quota")
                .isEqualTo("7");
        customer.patch("/v1/volumes/" + id, "{\"size_gib\": 8}").expect(409);

        customer.post("/v1/volumes/" + id + "/undelete").expect(202);
        assertThat(lastWish(id).purgeAt()).isNull();
        customer.delete("/v1/volumes/" + id).expect(202);
        String other =
                customer.post("/v1/volumes", volume("data", 1)).expect(202).text("id");
        customer.post("/v1/volumes/" + id + "/undelete").expect(409);
        customer.delete("/v1/volumes/" + other + "?purge=true").expect(202);
        assertThat(Json.mapper()
                        .readValue(payloads(other).getLast(), VolumeRemoved.class)
                        .generation())
                .isEqualTo(2);
        customer.post("/v1/volumes/" + id + "/undelete").expect(202);

        customer.delete("/v1/volumes/" + id).expect(202);
        dsl.execute(
                "update volume set purge_at = now() - interval '1 second' where volume_id = {0}",
                DSL.val(VolumeId.parse(id).uuid()));
        purges.look(java.time.Instant.now());
        assertThat(customer.get("/v1/volumes/" + id).text("observed.state")).isEqualTo("purged");
        customer.post("/v1/volumes/" + id + "/undelete").expect(409);
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("0");
        int told = payloads(id).size();
        purges.look(java.time.Instant.now());
        customer.delete("/v1/volumes/" + id + "?purge=true").expect(202);
        assertThat(payloads(id)).hasSize(told);
    }

    @Test
    void keepsSnapshotsAndPutsDataBackAndCopiesIt() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 3)).expect(202).text("id");
        Api.Reply taken = customer.post("/v1/volumes/" + id + "/snapshots", "{\"name\": \"first\"}")
                .expect(202);
        String snapshot = taken.text("id");
        assertThat(taken.text("state")).isEqualTo("pending");
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("6");
        String restore = "{\"snapshot\": \"%s\"}".formatted(snapshot);
        assertThat(customer.post("/v1/volumes/" + id + "/restore", restore)
                        .expect(409)
                        .text("detail"))
                .contains("has not been taken yet");
        observed(
                id,
                2,
                3,
                "[{\"snapshot\": \"%s\", \"taken_at\": \"2026-11-27T08:00:00Z\", \"size_gib\": 3}]"
                        .formatted(snapshot));
        assertThat(customer.get("/v1/volumes/" + id + "/snapshots/" + snapshot).text("state"))
                .isEqualTo("ready");
        assertThat(customer.get("/v1/volumes/" + id).text("observed.metered_gib"))
                .isEqualTo("6");

        String web = customer.post("/v1/workloads", workload("web", "data", false, ""))
                .expect(202)
                .text("id");
        assertThat(customer.post("/v1/volumes/" + id + "/restore", restore)
                        .expect(409)
                        .text("detail"))
                .contains("in use by 'web'");
        customer.post("/v1/workloads/" + web + "/stop").expect(202);
        customer.post("/v1/volumes/" + id + "/restore", restore).expect(202);
        assertThat(lastWish(id).restores()).isEqualTo(1);
        customer.delete("/v1/volumes/" + id + "/snapshots/" + snapshot).expect(409);
        dsl.execute(
                "update feed_volume set restores = 1 where volume_id = {0}",
                DSL.val(VolumeId.parse(id).uuid()));

        Api.Reply copy = customer.post(
                        "/v1/volumes", "{\"name\": \"copy\", \"from_snapshot\": \"%s\"}".formatted(snapshot))
                .expect(202);
        assertThat(copy.text("size_gib")).isEqualTo("3");
        assertThat(lastWish(copy.text("id")).originVolume()).isEqualTo(VolumeId.parse(id));
        customer.post("/v1/volumes", "{\"name\": \"tiny\", \"size_gib\": 1, \"from_volume\": \"data\"}")
                .expect(422);
        api().signedUp()
                .post("/v1/volumes", "{\"name\": \"theft\", \"from_snapshot\": \"%s\"}".formatted(snapshot))
                .expect(422);

        Api.Reply needed =
                customer.delete("/v1/volumes/" + id + "/snapshots/" + snapshot).expect(409);
        assertThat(needed.text("detail")).contains("'first' is needed until 'copy' is made from it");
        observed(copy.text("id"), 1, 3, "[]");
        customer.delete("/v1/volumes/" + id + "/snapshots/" + snapshot).expect(204);
        assertThat(lastWish(id).snapshots()).isEmpty();
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("6");
    }

    @Test
    void dataStaysUntilWhatBeginsWithItIsMade() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 3)).expect(202).text("id");
        String other =
                customer.post("/v1/volumes", volume("other", 1)).expect(202).text("id");
        observed(id, 1, 3, "[]");
        String copy = customer.post("/v1/volumes", "{\"name\": \"copy\", \"from_volume\": \"data\"}")
                .expect(202)
                .text("id");
        Api.Reply refused = customer.delete("/v1/volumes/" + id + "?purge=true").expect(409);
        assertThat(refused.text("detail")).contains("volume 'data' is needed until 'copy' is made from it");
        assertThat(refused.text("needed_by.0")).isEqualTo(copy);

        customer.delete("/v1/volumes/" + id).expect(202);
        customer.delete("/v1/volumes/" + other).expect(202);
        dsl.execute(
                "update volume set purge_at = now() - interval '1 second' where volume_id in ({0}, {1})",
                DSL.val(VolumeId.parse(id).uuid()),
                DSL.val(VolumeId.parse(other).uuid()));
        purges.look(java.time.Instant.now());
        assertThat(customer.get("/v1/volumes/" + id).text("observed.state")).isEqualTo("deleted");
        assertThat(customer.get("/v1/volumes/" + other).text("observed.state"))
                .as("nobody else waits for that")
                .isEqualTo("purged");
        observed(copy, 1, 3, "[]");
        purges.look(java.time.Instant.now());
        assertThat(customer.get("/v1/volumes/" + id).text("observed.state")).isEqualTo("purged");
    }

    @Test
    void aCopyThatIsDeletedBeforeItIsMadeHoldsNothing() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 3)).expect(202).text("id");
        String copy = customer.post("/v1/volumes", "{\"name\": \"copy\", \"from_volume\": \"data\"}")
                .expect(202)
                .text("id");
        customer.delete("/v1/volumes/" + copy).expect(202);
        customer.delete("/v1/volumes/" + id + "?purge=true").expect(202);
    }

    @Test
    void aStepClaimsOnlyWhatItChanges() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 2)).expect(202).text("id");
        String snapshot = customer.post("/v1/volumes/" + id + "/snapshots", "{\"name\": \"first\"}")
                .expect(202)
                .text("id");
        String before = written(id, snapshot);
        customer.patch("/v1/volumes/" + id, "{\"name\": \"bulk\"}").expect(202);
        assertThat(written(id, snapshot)).as("a new name takes nothing").isEqualTo(before);
        customer.patch("/v1/volumes/" + id, "{\"size_gib\": 3}").expect(202);
        assertThat(written(id, snapshot)).isNotEqualTo(before);
        assertThat(written(snapshot)).isEqualTo(before.substring(before.indexOf(' ') + 1));
        assertThat(customer.get("/v1/quota").text("used.volume_gib")).isEqualTo("5");
    }

    /** Which transactions wrote what holders hold. */
    private String written(String... holders) {
        List<String> written = new ArrayList<>();
        for (String holder : holders) {
            java.util.UUID uuid = holder.startsWith("vol_")
                    ? VolumeId.parse(holder).uuid()
                    : SnapshotId.parse(holder).uuid();
            written.add(String.valueOf(dsl.fetchValue(
                    "select xmin::text || '.' || ctid::text from quota_hold where holder = {0}", DSL.val(uuid))));
        }
        return String.join(" ", written);
    }

    @Test
    void aSnapshotThatIsNotTakenYetIsNotOvertakenByARestore() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/volumes", volume("data", 1)).expect(202).text("id");
        String path = "/v1/volumes/" + id;
        String first = customer.post(path + "/snapshots", "{\"name\": \"first\"}")
                .expect(202)
                .text("id");
        observed(
                id,
                2,
                1,
                "[{\"snapshot\": \"%s\", \"taken_at\": \"2026-11-27T08:00:00Z\", \"size_gib\": 1}]".formatted(first));
        customer.post(path + "/snapshots", "{\"name\": \"second\"}").expect(202);
        String restore = "{\"snapshot\": \"%s\"}".formatted(first);
        assertThat(customer.post(path + "/restore", restore).expect(409).text("detail"))
                .contains("'second' has not been taken yet");
        String second = customer.get(path + "/snapshots").text("data.1.id");
        customer.delete(path + "/snapshots/" + second).expect(204);
        customer.post(path + "/restore", restore).expect(202);
        assertThat(customer.post(path + "/snapshots", "{\"name\": \"third\"}")
                        .expect(409)
                        .text("detail"))
                .contains("is being restored");
    }

    @Test
    void namesThatNoVolumeCanHaveAreNoFailuresOfOurs() {
        Api customer = api().signedUp();
        customer.get("/v1/volumes?name=%00").expect(422);
        customer.post("/v1/volumes", "{\"name\": \"a\", \"from_volume\": \"\\u0000\"}")
                .expect(422);
        customer.post("/v1/workloads", workload("web", "\\u0000", false, "")).expect(422);
    }

    @Test
    void aWayBackToAWriterHasOneReplicaAndOneWriterAtATime() {
        Api customer = api().signedUp();
        customer.post("/v1/volumes", volume("data", 1)).expect(202);
        String path = "/v1/workloads/"
                + customer.post("/v1/workloads", workload("web", "data", false, ""))
                        .expect(202)
                        .text("id");
        customer.patch(path, "{\"volumes\": [], \"replicas\": 3, \"rollout\": {\"strategy\": \"rolling\"}}")
                .expect(202);
        assertThat(customer.post(path + "/rollback", "{\"revision\": 1}")
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("replicas");
        customer.patch(path, "{\"replicas\": 1}").expect(202);
        Api.Reply back = customer.post(path + "/rollback", "{\"revision\": 1}").expect(202);
        assertThat(back.text("rollout.strategy")).isEqualTo("recreate");
        customer.patch(path, "{\"rollout\": {\"min_ready_s\": 5}}").expect(202);
    }
}
