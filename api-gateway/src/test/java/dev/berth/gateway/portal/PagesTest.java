package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PagesTest extends GatewayTest {
    /** What is kept of the page must not hold the address that another visitor came to. */
    @Test
    void examplesInTheReferenceNameTheAddressOfThisVisitor() {
        Api one = apiOf("localhost");
        Api two = api();
        for (int i = 0; i < 2; i++) {
            assertThat(one.get("/docs").expect(200).body()).contains(one.base()).doesNotContain(two.base());
            assertThat(two.get("/docs").expect(200).body()).contains(two.base()).doesNotContain(one.base());
        }
    }

    @Test
    void aLongEnvironmentArrivesWholeOrIsRefused() {
        Api customer = api().signedUp();
        String value = "v".repeat(30_000);
        Map<String, String> form = Map.of(
                "kind",
                "service",
                "name",
                "web",
                "image",
                "berth/sample:1",
                "size",
                "xs",
                "env",
                "A=" + value + "\nB=1");
        customer.form("/workloads", form).expect(302);
        Api.Reply made = customer.get("/v1/workloads").expect(200);
        assertThat(made.text("data.0.env.A")).isEqualTo(value);
        assertThat(made.text("data.0.env.B")).isEqualTo("1");
        Map<String, String> longer = Map.of(
                "kind", "service", "name", "two", "image", "berth/sample:1", "size", "xs", "env", "A=" + value + value);
        assertThat(customer.form("/workloads", longer).expect(422).body()).contains("at most 32768 bytes");
    }

    @Test
    void allOfAWorkloadIsAskedForByTheFormAndWhatIsWrongIsSaidAtItsInput() {
        Api customer = api().signedUp();
        String volume = customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}")
                .expect(202)
                .text("id");
        customer.post("/v1/secrets", "{\"name\": \"db\", \"value\": \"v\"}").expect(201);
        Map<String, String> form = new HashMap<>(Map.of(
                "kind",
                "service",
                "name",
                "web",
                "image",
                "berth/sample:1",
                "size",
                "s",
                "volumes.volume",
                volume,
                "volumes.path",
                "data",
                "secrets.name",
                "db"));
        form.putAll(Map.of(
                "secrets.as",
                "env",
                "secrets.at",
                "DB",
                "files.path",
                "/etc/a",
                "files.content",
                "\r\nb\r\n",
                "health_check.type",
                "http",
                "health_check.port",
                "0",
                "restart",
                "on_failure",
                "stop_grace_s",
                "x"));
        assertThat(customer.form("/workloads", form).expect(422).body()).contains("must be a whole number");
        form.put("stop_grace_s", "20");
        String wrong = customer.form("/workloads", form).expect(422).body();
        assertThat(wrong)
                .contains("must be an absolute path of plain names", "must be from 1 to 65535", "Mend what is");
        form.put("volumes.path", "/data");
        form.put("health_check.port", "8080");
        customer.form("/workloads", form).expect(302);
        Api.Reply made = customer.get("/v1/workloads").expect(200);
        assertThat(made.text("data.0.volumes.0.path")).isEqualTo("/data");
        assertThat(made.text("data.0.secrets.0.env")).isEqualTo("DB");
        assertThat(made.text("data.0.files.0.content")).isEqualTo("\nb\n");
        assertThat(made.text("data.0.health_check.port")).isEqualTo("8080");
        assertThat(made.text("data.0.restart")).isEqualTo("on_failure");
        assertThat(made.text("data.0.stop_grace_s")).isEqualTo("20");
        String path = "/workloads/" + made.text("data.0.id");
        assertThat(customer.get(path).expect(200).body()).contains("at /data", "db as DB", "HTTP / on port 8080");
        customer.form(path + "/edit", Map.of("etag", "\"1\"", "health_check.type", "", "user", "1000"))
                .expect(302);
        Api.Reply now = customer.get("/v1" + path).expect(200);
        assertThat(now.text("health_check")).isEqualTo("null");
        assertThat(now.text("user")).isEqualTo("1000");
        assertThat(now.text("files.0.content")).isEqualTo("\nb\n");
        assertThat(customer.form(path + "/edit", Map.of("etag", "\"1\"", "user", "1001"))
                        .expect(412)
                        .body())
                .contains("generation");
    }

    @Test
    void timesInSentencesAreWrittenAsOnThePages() {
        assertThat(Format.UTC.sentence("kept until 2026-11-30T09:14:03.120Z, or 2026-13-40T00:00:00Z"))
                .isEqualTo("kept until 30 Nov 2026, 09:14:03, or 2026-13-40T00:00:00Z");
    }

    @Test
    void aNumberOfReplicasThatIsNoneIsShownAsWrong() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1", "replicas": 2}""").expect(202).text("id");
        String path = "/workloads/%s/scale".formatted(id);
        assertThat(customer.form(path, Map.of("replicas", "abc")).expect(422).body())
                .contains("must be a whole number");
        assertThat(customer.form(path, Map.of("replicas", "-5")).expect(422).body())
                .contains("must be from 1 to");
        customer.form(path, Map.of("replicas", "")).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("replicas")).isEqualTo("2");
        customer.form(path, Map.of("replicas", "3")).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("replicas")).isEqualTo("3");
    }

    @Test
    void thePageOfAWorkloadShowsItsNetworks() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        assertThat(customer.get("/workloads/" + id).expect(200).body()).doesNotContain("<dt>Networks</dt>");
        customer.patch("/v1/workloads/" + id, """
                {"networks": [{"name": "backend", "internal": true}, {"name": "front"}]}""").expect(202);
        assertThat(customer.get("/workloads/" + id).expect(200).body())
                .contains("<dt>Networks</dt>", "backend (internal), ", ">front<");
        assertThat(customer.get("/v1/workloads/" + id + "/revisions").text("data.0.changed.0"))
                .isEqualTo("networks");
    }

    @Test
    void theHistoryOfAServiceShowsItsRevisionsAndGoesBackAtThePressOfAButton() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        customer.patch("/v1/workloads/" + id, "{\"image\": \"berth/sample:2\"}").expect(202);
        String path = "/workloads/" + id;
        assertThat(customer.get(path).expect(200).body()).contains(path + "/history");
        assertThat(customer.get(path + "/history").expect(200).body())
                .contains("Go back to 1", "berth/sample:2", "wished");
        customer.form(path + "/rollback", Map.of("revision", "1")).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("image")).isEqualTo("berth/sample:1");
        assertThat(customer.form(path + "/rollback", Map.of("revision", "7"))
                        .expect(409)
                        .body())
                .contains("There is no revision 7.");
        assertThat(customer.form(path + "/rollout", Map.of("word", "promote"))
                        .expect(409)
                        .body())
                .contains("does not wait for anybody");
        assertThat(api().signedUp().get(path + "/history").status()).isEqualTo(404);
    }

    @Test
    void aServiceIsAutoscaledAndGetsTriggersWithoutAScript() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String path = "/workloads/" + id;
        customer.form(path + "/autoscale", Map.of("min", "1", "max", "5", "cpu_percent", "50", "cooldown_s", "300"))
                .expect(302);
        assertThat(customer.get(path).expect(200).body()).contains("Autoscaled", "1 to 5, cpu 50 %");
        assertThat(customer.form(path + "/autoscale", Map.of("max", "5"))
                        .expect(422)
                        .body())
                .contains("what use is aimed at");
        customer.form(path + "/autoscale", Map.of("min", "1", "max", "", "cpu_percent", "50"))
                .expect(302);
        assertThat(customer.get(path).expect(200).body()).doesNotContain("Autoscaled");

        Api.Reply made = customer.form(path + "/triggers", Map.of("name", "hub", "action", "redeploy", "min", "1"))
                .expect(200);
        assertThat(made.body()).contains("Copy its URL now", "redeploys", "never called");
        String url = made.body().replaceAll("(?s).*(http://[^<]*/v1/triggers/berth_tr_[0-9a-z]{44}).*", "$1");
        api().post(url.substring(api().base().length())).expect(202);
        assertThat(customer.get(path).expect(200).body())
                .contains("called 1 times")
                .doesNotContain("berth_tr_");
        assertThat(customer.form(path + "/triggers", Map.of("name", "more", "action", "scale", "step", "x"))
                        .expect(422)
                        .body())
                .contains("must be a whole number");
        customer.form(path + "/triggers", Map.of("name", "more", "action", "scale", "step", "-1", "max", "4"))
                .expect(200);
        assertThat(customer.get(path).expect(200).body()).contains("takes 1 away, within 1 to 4");
        String trigger = customer.get("/v1/workloads/%s/triggers".formatted(id)).text("data.1.id");
        customer.form(path + "/triggers/%s/delete".formatted(trigger), Map.of()).expect(302);
        assertThat(customer.get(path).expect(200).body()).doesNotContain("hub");
        assertThat(api().signedUp()
                        .form(path + "/triggers", Map.of("name", "x", "action", "redeploy"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theHistoryOfACronShowsItsNextTimes() {
        Api customer = api().signedUp();
        Api.Reply cron = customer.post("/v1/workloads", """
                {"name": "nightly", "kind": "cron", "image": "berth/sample:1",
                 "schedule": {"cron": "0 3 1 1 *", "time_zone": "Europe/Berlin"}}""").expect(202);
        String path = "/workloads/" + cron.text("id");
        assertThat(customer.get(path).expect(200).body()).contains("0 3 1 1 *, Europe/Berlin", "waiting");
        assertThat(customer.get(path + "/history").expect(200).body()).contains("It has not run yet.", "Next:");
        customer.post("/v1/workloads/" + cron.text("id") + "/run").expect(202);
        assertThat(customer.get(path + "/history").expect(200).body()).contains("running");
    }

    /** The first key is shown once: nothing may refuse between its making and its showing. */
    @Test
    void whoSignsUpSeesTheKeyAlsoAfterManyWrongSignInsWithTheAddress() {
        String email = Api.email();
        String wrong = "{\"email\": \"%s\", \"password\": \"no idea at all\"}".formatted(email);
        while (api().post("/v1/session", wrong).status() != 429) {
            assertThat(email).isNotEmpty();
        }
        Map<String, String> form = Map.of("email", email, "password", "correct horse", "name", "Ada");
        Api.Reply welcome = api().form("/signup", form).expect(200);
        assertThat(welcome.body()).contains("berth_sk_");
        assertThat(welcome.header("Set-Cookie")).isNotNull();
    }

    /** A link may name any command: only the portal's own pages may have it run. */
    @Test
    void aLinkFromElsewhereToATerminalOnlyShowsItsCommand() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String container = StandIns.shared()
                .container(signup.text("account.id"), web, "running")
                .path("id")
                .asString();
        String path = "/containers/" + container + "/terminal?command=rm%20-r%20/data";
        String own = customer.base() + "/workloads/" + web;
        List<Api> elsewhere = List.of(
                customer,
                customer.with("Sec-Fetch-Site", "none"),
                customer.with("Sec-Fetch-Site", "cross-site").with("Referer", own),
                customer.with("Sec-Fetch-Site", "same-site").with("Referer", own),
                customer.with("Referer", customer.base() + ".example.com/workloads"),
                customer.with("Referer", "https://example.com/"));
        for (Api visitor : elsewhere) {
            assertThat(visitor.get(path).expect(200).body())
                    .contains("Nothing runs yet", "value=\"rm -r /data\"")
                    .doesNotContain("data-socket");
        }
        for (Api visitor : List.of(customer.with("Sec-Fetch-Site", "same-origin"), customer.with("Referer", own))) {
            assertThat(visitor.get(path).expect(200).body())
                    .contains("data-socket=\"/v1/containers/" + container + "/exec?command=rm&amp;command=-r")
                    .doesNotContain("Nothing runs yet");
        }
    }

    @Test
    void theFormOfAScaleLeavesWhatItDoesNotChange() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1", "size": "xs", "replicas": 2,
                 "autoscale": {"max": 5, "cpu_percent": 50}}""").expect(202).text("id");
        String page = customer.get("/workloads/" + id).expect(200).body();
        assertThat(page).contains("name=\"was.replicas\" value=\"2\"", "name=\"was.size\" value=\"xs\"");
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 4}").expect(202);
        Map<String, String> form =
                new HashMap<>(Map.of("replicas", "2", "size", "s", "was.replicas", "2", "was.size", "xs"));
        customer.form("/workloads/%s/scale".formatted(id), form).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("replicas")).isEqualTo("4");
        assertThat(customer.get("/v1/workloads/" + id).text("cpu_millis")).isEqualTo("500");
        form.putAll(Map.of("replicas", "3", "was.replicas", "4", "size", "xs", "was.size", "xs"));
        customer.form("/workloads/%s/scale".formatted(id), form).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("replicas")).isEqualTo("3");
        assertThat(customer.get("/v1/workloads/" + id).text("cpu_millis")).isEqualTo("500");
    }

    @Test
    void aFormThatCameTooLateSaysWhatItWouldChangeAndCanBeSentAgain() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        customer.patch("/v1/workloads/" + id, "{\"args\": [\"a\"]}").expect(202);
        Map<String, String> form = new HashMap<>(Map.of("etag", "\"1\"", "args", "", "user", "1000"));
        String late = customer.form("/workloads/%s/edit".formatted(id), form)
                .expect(412)
                .body();
        assertThat(late)
                .contains("It was changed meanwhile", ">args, user<", "/workloads/%s/edit".formatted(id))
                .contains("name=\"etag\" value=\"&quot;2&quot;\"");
        form.put("etag", "\"2\"");
        customer.form("/workloads/%s/edit".formatted(id), form).expect(302);
        assertThat(customer.get("/v1/workloads/" + id).text("user")).isEqualTo("1000");
    }

    @Test
    void whatLinesCannotHoldIsNotInTheForm() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1",
                 "files": [{"path": "/etc/a", "content": "one"}, {"path": "/etc/b", "content": "two\\r\\n"}],
                 "health_check": {"type": "exec", "command": ["sh", "-c", "echo 1\\necho 2"]}}""").expect(202).text("id");
        assertThat(customer.get("/workloads/%s/edit".formatted(id)).expect(200).body())
                .contains("line ends of its own", "name=\"readiness_check.type\"")
                .doesNotContain("name=\"files.", "name=\"health_check.");
    }

    @Test
    void whereFormsWereAnsweredLeadsBackToTheWorkload() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String path = "/workloads/" + id;
        for (String form : List.of("/triggers", "/autoscale")) {
            assertThat(customer.get(path + form).expect(302).header("Location")).endsWith(path);
        }
        assertThat(customer.form(path + "/triggers", Map.of("name", "hub", "action", "redeploy"))
                        .expect(200)
                        .body())
                .contains("data-address=\"" + path + "\"");
    }
}
