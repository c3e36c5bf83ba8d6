package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest extends GatewayTest {
    private static final String WEB = "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}";

    @Test
    void namesLineAndColumnOfBrokenJson() {
        Api customer = api().signedUp();
        Api.Reply reply = customer.post("/v1/workloads", "{\"name\": \"web\",\n  \"kind\" \"service\"}")
                .expect(400);
        assertThat(reply.text("code")).isEqualTo("malformed_json");
        assertThat(reply.text("line")).isEqualTo("2");
        assertThat(Integer.parseInt(reply.text("column"))).isBetween(9, 12);
        for (String broken : List.of(
                "", "{", "{\"name\": \"w\"}}", "nul", "{\"name\": \"w\",}", "\u0000", "{\"name\": \"\u0001\"}", "{]")) {
            assertThat(customer.post("/v1/workloads", broken).expect(400).text("code"))
                    .isEqualTo("malformed_json");
        }
    }

    @Test
    void namesTheFieldThatAnUnknownOneWasMeantToBe() {
        Api.Reply reply = api().signedUp()
                .post("/v1/workloads", WEB.replace("}", ", \"replcas\": 2}"))
                .expect(422);
        assertThat(reply.text("code")).isEqualTo("unknown_field");
        assertThat(reply.text("errors.0.field")).isEqualTo("replcas");
        assertThat(reply.text("did_you_mean")).isEqualTo("replicas");
        assertThat(reply.text("hint")).contains("'replicas'");
        api().post("/v1/signup", "{\"e-mail\": \"a@b.c\"}").expect(422);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas     | -1      | from 1 to 100
            replicas     | 0       | from 1 to 100
            replicas     | 101     | from 1 to 100
            replicas     | 99999999999999999999999999 | from 1 to 100
            replicas     | 1.5     | whole number
            replicas     | "two"   | whole number
            replicas     | true    | whole number
            replicas     | [1]     | whole number
            stop_grace_s | 0       | from 1 to 300
            max_runtime_s| 10      | for jobs only
            auto_destroy | true    | for jobs only
            restart      | "later" | must be always
            size         | "xxl"   | must be one of xs
            name         | "-a"    | 1 to 40 characters
            name         | "a-"    | 1 to 40 characters
            name         | "Web"   | 1 to 40 characters
            name         | ""      | is required
            kind         | "pod"   | service, job, cron or machine
            image        | "nginx:ta g" | image name
            image        | "localhost:5000/x" | internal network
            image        | "10.1.2.3/x" | internal network
            image        | "169.254.169.254/latest" | internal network
            image        | "a b"   | image name
            env          | {"1A": "x"} | not begin with a digit
            env          | {"A": "a\\u0000"} | without NUL
            env          | []      | must be an object
            env          | {"A": null} | must be a text
            labels       | {"dev.berth.account": "x"} | Berth's own
            ports        | [0]     | from 1 to 65535
            ports        | [80, 80] | is there twice
            ports        | [65536] | from 1 to 65535
            command      | "sh"    | must be a list
            command      | [null]  | must be a text
            networks     | [{"name": "Back"}] | begin with a letter
            networks     | [{"name": ""}] | begin with a letter
            networks     | [{"internal": true}] | begin with a letter
            networks     | [null]  | begin with a letter
            networks     | [{"name": "a"}, {"name": "a", "internal": true}] | is there twice
            networks     | [{"name": "default", "internal": true}] | account's own network
            networks     | [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}, {"name": "e"}] | at most 4
            read_only_root | "no"  | true or false
            stdin        | "yes"   | true or false
            tty          | 1       | true or false
            cpu_millis   | 5       | from 10 to 64000
            """)
    void refusesAValueAndNamesTheRule(String field, String value, String rule) {
        String body =
                "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"nginx\", \"memory_mib\": 64, \"cpu_millis\": 100}";
        String without = body.replaceAll("\"%s\": (\"[^\"]*\"|\\d+)(, )?".formatted(field), "");
        String changed = without.replaceFirst("\\{", "{\"%s\": %s, ".formatted(field, value.replace("\\", "\\\\")))
                .replace(", }", "}");
        Api.Reply reply = api().signedUp().post("/v1/workloads", changed).expect(422);
        assertThat(reply.text("errors.0.field")).startsWith(field);
        assertThat(reply.text("errors.0.message")).contains(rule);
    }

    @Test
    void refusesABodyBeyondOneMebibyte() {
        Api customer = api().signedUp();
        Api.Reply reply = customer.post("/v1/workloads", "{\"name\": \"" + "a".repeat(1 << 20) + "\"}")
                .expect(413);
        assertThat(reply.text("code")).isEqualTo("too_large");
        assertThat(reply.text("limit")).isEqualTo("1048576");
    }

    @Test
    void takesTheLargestEnvironmentAndNothingLarger() {
        Api customer = api().signedUp();
        String value = "v".repeat(32 << 10);
        StringBuilder env = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            env.append("\"K").append(i).append("\": \"").append(value).append("\",");
        }
        String fits = WEB.replace("}", ", \"env\": {" + env + "\"Z\": \"\"}}");
        customer.post("/v1/workloads", fits).expect(202);
        customer.post(
                        "/v1/workloads",
                        fits.replace("\"Z\": \"\"", "\"Z\": \"" + value + "\"").replace("web", "two"))
                .expect(422);
        customer.post(
                        "/v1/workloads",
                        WEB.replace("}", ", \"env\": {\"A\": \"v" + value + "\"}}")
                                .replace("web", "two"))
                .expect(422);
    }

    @Test
    void refusesNestingThatHasNoEnd() {
        Api customer = api().signedUp();
        String deep = "[".repeat(5000) + "]".repeat(5000);
        customer.post("/v1/workloads", "{\"extra\": " + deep + "}").expect(400);
    }

    @Test
    void answersEveryWrongTurnAsAProblem() {
        Api customer = api().signedUp();
        List<Api.Reply> replies = List.of(
                api().get("/v1/nothing").expect(404),
                api().get("/v1/workloads/").expect(404),
                customer.get("/v1/workloads/nonsense").expect(404),
                customer.get("/v1/workloads/" + "x".repeat(300)).expect(404),
                customer.send("PUT", "/v1/workloads", "{}").expect(405),
                customer.with("Content-Type", "text/plain")
                        .post("/v1/workloads", WEB)
                        .expect(415),
                customer.with("Accept", "image/png").get("/v1/workloads").expect(406),
                api().get("/v1/workloads").expect(401),
                api().with("Authorization", "Basic YTpi").get("/v1/plans").expect(401));
        for (Api.Reply reply : replies) {
            assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(reply.json().propertyNames())
                    .contains("type", "title", "status", "detail", "code", "hint", "request_id");
            assertThat(reply.text("status")).isEqualTo(Integer.toString(reply.status()));
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
        assertThat(replies.get(4).header("Allow")).isEqualTo("GET, POST");
    }

    @Test
    void keepsAWellFormedRequestIdAndReplacesAnyOther() {
        assertThat(api().with("X-Request-Id", "build-12345678").get("/v1/plans").header("X-Request-Id"))
                .isEqualTo("build-12345678");
        assertThat(api().with("X-Request-Id", "<script>").get("/v1/plans").header("X-Request-Id"))
                .startsWith("req_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events?subject=%00",
                "/v1/events?subject=ctr_",
                "/v1/events?workload=%00",
                "/v1/events?type=%00",
                "/v1/workloads?name=%00",
                "/v1/workloads?label=a:%00",
                "/v1/workloads?cursor=%00",
                "/v1/api_keys?cursor=%00",
                "/v1/usage?from=%2B900000000-01-01T00:00:00Z&to=%2B900000000-01-02T00:00:00Z",
                "/v1/usage?from=-900000000-01-01T00:00:00Z",
                "/v1/usage?from=0001-01-01",
                "/v1/invoices?status=%00",
                "/v1/audit_log?actor=%00",
                "/v1/audit_log?action=%00",
                "/v1/audit_log?cursor=%00",
                "/v1/audit_log?from=%2B900000000-01-01T00:00:00Z",
                "/v1/audit_log?to=-900000000-01-01T00:00:00Z",
                "/v1/audit_log/verify?from=%00",
                "/v1/account/members?cursor=%00",
                "/v1/account/invitations?cursor=%00",
                "/operator/v1/audit_log?actor=%00",
                "/operator/v1/mails?cursor=%00",
                "/operator/v1/accounts?cursor=%00",
                "/operator/v1/audit?from=%2B900000000-01-01T00:00:00Z"
            })
    void refusesAQueryThatNothingCanMatch(String path) {
        Api caller = path.startsWith("/operator") ? api().key(OPERATOR) : api().signedUp();
        caller.get(path).expect(422);
    }

    @Test
    void takesNoTextThatCannotBeStored() {
        Api customer = api().signedUp();
        for (String text : List.of("a\\u0000b", "a\\ud800b")) {
            customer.patch("/v1/account", "{\"name\": \"%s\"}".formatted(text)).expect(422);
            customer.post("/v1/api_keys", "{\"name\": \"%s\"}".formatted(text)).expect(422);
            api().post("/v1/signup", """
                    {"email": "a%s@example.com", "password": "correct horse", "name": "Ada"}""".formatted(text)).expect(422);
            customer.post("/v1/account/invitations", """
                    {"email": "a%s@example.com", "role": "viewer"}""".formatted(text)).expect(422);
            customer.post("/v1/account/invitations", """
                    {"email": "a@example.com", "role": "%s"}""".formatted(text)).expect(422);
            api().post("/v1/password_reset", "{\"email\": \"a%s@example.com\"}".formatted(text))
                    .expect(422);
            api().post("/v1/session", """
                    {"email": "a%s@example.com", "password": "correct horse"}""".formatted(text)).expect(401);
            String account = customer.get("/v1/account").text("id");
            api().key(OPERATOR)
                    .post(
                            "/operator/v1/accounts/%s/standing".formatted(account),
                            "{\"standing\": \"suspended\", \"reason\": \"%s\"}".formatted(text))
                    .expect(422);
        }
        assertThat(api().key(OPERATOR)
                        .get("/operator/v1/accounts?email=a%00b@example.com")
                        .expect(200)
                        .json()
                        .path("data")
                        .size())
                .isZero();
    }

    @Test
    void neverBreaksWhateverIsSent() {
        Api customer = api().signedUp();
        Random random = new Random(20261122);
        String[] names = {
            "name", "kind", "image", "env", "ports", "replicas", "size", "labels", "command", "x", "schedule"
        };
        String[] values = {
            "null",
            "0",
            "-1",
            "1e400",
            "1e5",
            "\"\"",
            "\"web\"",
            "\"service\"",
            "\"job\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[]",
            "[[]]",
            "{}",
            "{\"A\": 1}",
            "{\"\": \"\"}",
            "[1, 2]",
            "[\"a\", null]",
            "true",
            "99999999999999999999",
            "\"nginx\"",
            "\"../../etc\"",
            "\"a'; drop table workload\"",
            "\"" + "ü".repeat(3000) + "\""
        };
        for (int i = 0; i < 300; i++) {
            StringBuilder body = new StringBuilder("{");
            int fields = random.nextInt(5);
            for (int f = 0; f < fields; f++) {
                body.append(f == 0 ? "" : ",")
                        .append('"')
                        .append(names[random.nextInt(names.length)])
                        .append("\":")
                        .append(values[random.nextInt(values.length)]);
            }
            String sent = body.append('}').toString();
            Api.Reply reply = customer.post("/v1/workloads", sent);
            assertThat(reply.status()).as(sent).isIn(202, 400, 402, 403, 409, 422);
        }
    }
}
