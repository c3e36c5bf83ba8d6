package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.WorkloadDesired;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** How a workload is started, watched and changed over, and the ways back. */
class RevisionTest extends GatewayTest {
    private static final String WEB = """
            {"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs",
             "health_check": {"type": "http", "path": "/healthz", "port": 8080, "start_period_s": 20},
             "readiness_check": {"type": "exec", "command": ["test", "-f", "/tmp/ready"], "interval_s": 5, "timeout_s": 2, "retries": 1},
             "rollout": {"strategy": "canary", "canary_replicas": 2, "max_unavailable": 1, "deadline_s": 120},
             "working_dir": "/srv/app", "user": "1000:1000", "stop_signal": "INT", "stdin": true, "tty": true}""";

    private WorkloadDesired lastWish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asString()));
        return texts;
    }

    @Test
    void tellsTheMannerOfAWorkloadAndShowsIt() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/workloads", WEB).expect(202);
        WorkloadDesired wish = lastWish(made.text("id"));
        assertThat(wish.healthCheck())
                .isEqualTo(new HealthCheck(CheckType.HTTP, "/healthz", 8080, List.of(), 10, 5, 3, 20));
        assertThat(wish.readinessCheck())
                .isEqualTo(
                        new HealthCheck(CheckType.EXEC, null, null, List.of("test", "-f", "/tmp/ready"), 5, 2, 1, 0));
        assertThat(wish.rollout().strategy()).isEqualTo(RolloutStrategy.CANARY);
        assertThat(wish.rollout().canaryReplicas()).isEqualTo(2);
        assertThat(wish.rollout().maxSurge()).isZero();
        assertThat(wish.rollout().maxUnavailable()).isEqualTo(1);
        assertThat(wish.rollout().rollback()).isTrue();
        assertThat(wish.workingDir()).isEqualTo("/srv/app");
        assertThat(wish.user()).isEqualTo("1000:1000");
        assertThat(wish.stopSignal()).isEqualTo("SIGINT");
        assertThat(wish.stdin()).isTrue();
        assertThat(wish.tty()).isTrue();
        assertThat(made.text("stdin")).isEqualTo("true");
        assertThat(made.text("health_check.path")).isEqualTo("/healthz");
        assertThat(made.text("rollout.deadline_s")).isEqualTo("120");

        Api.Reply cleared = customer.patch(
                        "/v1/workloads/" + made.text("id"),
                        "{\"health_check\": {\"type\": \"none\"}, \"user\": \"\", \"rollout\": {}, \"tty\": false}")
                .expect(202);
        assertThat(cleared.json().path("health_check").isNull()).isTrue();
        assertThat(cleared.json().path("user").isNull()).isTrue();
        assertThat(cleared.text("rollout.strategy")).isEqualTo("rolling");
        assertThat(cleared.text("desired.revision")).isEqualTo("2");
        assertThat(cleared.text("stdin")).isEqualTo("true");
        assertThat(cleared.text("tty")).isEqualTo("false");
        assertThat(lastWish(made.text("id")).tty()).isNull();
    }

    @Test
    void goesBackToARevisionUnderItsOwnNumberAndNumbersTheNextOneOn() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/"
                + customer.post("/v1/workloads", WEB).expect(202).text("id");
        String id = path.substring(path.lastIndexOf('/') + 1);
        customer.patch(path, "{\"image\": \"berth/sample:2\", \"env\": {\"A\": \"1\"}}")
                .expect(202);
        customer.patch(path, "{\"replicas\": 3}").expect(202);
        JsonNode revisions =
                customer.get(path + "/revisions").expect(200).json().path("data");
        assertThat(revisions).hasSize(2);
        assertThat(revisions.path(0).path("revision").longValue()).isEqualTo(2);
        assertThat(texts(revisions.path(0).path("changed"))).containsExactly("image", "env");
        assertThat(revisions.path(0).path("wished").booleanValue()).isTrue();
        assertThat(revisions.path(0).path("actor").stringValue()).startsWith("key_");

        Api.Reply back = customer.post(path + "/rollback").expect(202);
        assertThat(back.text("desired.revision")).isEqualTo("1");
        assertThat(back.text("desired.generation")).isEqualTo("4");
        assertThat(back.text("image")).isEqualTo("berth/sample:1");
        assertThat(back.text("replicas"))
                .as("how many there are is not of a revision")
                .isEqualTo("3");
        assertThat(lastWish(id).revision()).isEqualTo(1);
        assertThat(customer.post(path + "/rollback").expect(409).text("detail")).contains("no revision before");

        Api.Reply next = customer.patch(path, "{\"image\": \"berth/sample:3\"}").expect(202);
        assertThat(next.text("desired.revision")).isEqualTo("3");
        assertThat(customer.post(path + "/rollback", "{\"revision\": 2}")
                        .expect(202)
                        .text("image"))
                .isEqualTo("berth/sample:2");
        assertThat(customer.post(path + "/rollback", "{\"revision\": 9}")
                        .expect(409)
                        .text("detail"))
                .contains("no revision 9");
        assertThat(customer.with("If-Match", "\"1\"").post(path + "/rollback").status())
                .isEqualTo(412);
    }

    @Test
    void aPromotionIsOfOneRevisionOnly() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/"
                + customer.post("/v1/workloads", WEB).expect(202).text("id");
        customer.patch(path, "{\"image\": \"berth/sample:2\"}").expect(202);
        assertThat(customer.post(path + "/rollout/promote").expect(202).text("rollout.promoted"))
                .isEqualTo("true");
        assertThat(customer.patch(path, "{\"image\": \"berth/sample:3\"}")
                        .expect(202)
                        .text("rollout.promoted"))
                .isEqualTo("false");
        assertThat(customer.post(path + "/rollout/pause").expect(202).text("rollout.paused"))
                .isEqualTo("true");
        assertThat(customer.post(path + "/rollout/resume").expect(202).text("rollout.paused"))
                .isEqualTo("false");
        assertThat(customer.post(path + "/rollout/abort").expect(202).text("desired.revision"))
                .isEqualTo("2");
        customer.patch(path, "{\"rollout\": {\"strategy\": \"rolling\"}}").expect(202);
        assertThat(customer.post(path + "/rollout/promote").expect(409).text("hint"))
                .contains("canary");
        Api other = api().signedUp();
        for (String action : List.of("/rollback", "/rollout/promote", "/rollout/abort", "/rollout/pause")) {
            assertThat(other.post(path + action).status()).as(action).isEqualTo(404);
        }
        assertThat(other.get(path + "/revisions").status()).isEqualTo(404);
    }

    @Test
    void startsAfterWhatIsThereAndNeverInACircle() {
        Api customer = api().signedUp();
        String form = "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"a\", \"depends_on\": [%s]}";
        assertThat(customer.post("/v1/workloads", form.formatted("a", "\"b\""))
                        .expect(422)
                        .text("errors.0.message"))
                .contains("'b'", "no workload");
        String a = customer.post("/v1/workloads", form.formatted("a", ""))
                .expect(202)
                .text("id");
        customer.post("/v1/workloads", form.formatted("b", "\"a\"")).expect(202);
        Api.Reply c =
                customer.post("/v1/workloads", form.formatted("c", "\"b\"")).expect(202);
        assertThat(lastWish(c.text("id")).dependsOn()).containsExactly("b");
        assertThat(customer.patch("/v1/workloads/" + a, "{\"depends_on\": [\"c\"]}")
                        .expect(422)
                        .text("errors.0.message"))
                .contains("leads back");
        assertThat(customer.patch("/v1/workloads/" + a, "{\"depends_on\": [\"a\"]}")
                        .expect(422)
                        .text("errors.0.message"))
                .contains("itself");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"health_check\": {} | health_check.type",
                "\"health_check\": {\"type\": \"http\"} | health_check.port",
                "\"health_check\": {\"type\": \"tcp\", \"port\": 0} | health_check.port",
                "\"health_check\": {\"type\": \"tcp\", \"port\": 80, \"path\": \"/\"} | health_check.path",
                "\"health_check\": {\"type\": \"http\", \"port\": 80, \"path\": \"x y\"} | health_check.path",
                "\"health_check\": {\"type\": \"http\", \"port\": 80, \"path\": \"/a\\r\\nHost: b\"} | health_check.path",
                "\"health_check\": {\"type\": \"exec\"} | health_check.command",
                "\"health_check\": {\"type\": \"tcp\", \"port\": 80, \"interval_s\": 4} | health_check.interval_s",
                "\"health_check\": {\"type\": \"tcp\", \"port\": 80, \"timeout_s\": 11} | health_check.timeout_s",
                "\"readiness_check\": {\"type\": \"tcp\", \"port\": 80, \"retries\": 11} | readiness_check.retries",
                "\"rollout\": {\"strategy\": \"big_bang\"} | rollout.strategy",
                "\"rollout\": {\"max_surge\": 0} | rollout.max_surge",
                "\"rollout\": {\"deadline_s\": 5} | rollout.deadline_s",
                "\"rollout\": {\"promoted\": true} | rollout.promoted",
                "\"retries\": 1 | retries",
                "\"depends_on\": [\"No\"] | depends_on[0]",
                "\"working_dir\": \"srv\" | working_dir",
                "\"working_dir\": \"/a/../b\" | working_dir",
                "\"user\": \"0\" | user",
                "\"user\": \"root\" | user",
                "\"user\": \"1000:0\" | user",
                "\"stop_signal\": \"SIGSTOP\" | stop_signal"
            })
    void saysWhichFieldIsWrong(String field, String where) {
        Api.Reply refused = api().signedUp()
                .post(
                        "/v1/workloads",
                        "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"a\", %s}".formatted(field))
                .expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo(where);
        assertThat(refused.text("errors.0.message")).isNotBlank();
    }
}
