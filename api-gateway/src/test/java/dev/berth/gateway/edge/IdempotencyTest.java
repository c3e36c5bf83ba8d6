package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IdempotencyTest extends GatewayTest {
    private static final String WEB = "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}";

    @Test
    void answersARepetitionAsTheFirstTime() {
        Api customer = api().signedUp().with("Idempotency-Key", "one");
        Api.Reply first = customer.post("/v1/workloads", WEB).expect(202);
        Api.Reply second = customer.post("/v1/workloads", WEB).expect(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.header("X-Request-Id")).isNotEqualTo(first.header("X-Request-Id"));
        assertThat(customer.get("/v1/workloads").json().path("data").size()).isOne();
        assertThat(payloads(first.text("id"))).hasSize(1);
    }

    @Test
    void refusesTheKeyForAnotherRequest() {
        Api customer = api().signedUp().with("Idempotency-Key", "one");
        String id = customer.post("/v1/workloads", WEB).expect(202).text("id");
        Api.Reply body =
                customer.post("/v1/workloads", WEB.replace("web", "api")).expect(409);
        assertThat(body.text("code")).isEqualTo("idempotency_mismatch");
        assertThat(customer.post("/v1/workloads/" + id + "/stop").expect(409).text("code"))
                .isEqualTo("idempotency_mismatch");
        assertThat(customer.post("/v1/workloads?x=1", WEB).expect(409).text("code"))
                .isEqualTo("idempotency_mismatch");
    }

    @Test
    void knowsNothingOfAnotherCallersKeys() {
        Api.Reply first = api().signedUp().with("Idempotency-Key", "one").post("/v1/workloads", WEB);
        Api.Reply second = api().signedUp().with("Idempotency-Key", "one").post("/v1/workloads", WEB);
        assertThat(second.expect(202).text("id")).isNotEqualTo(first.expect(202).text("id"));
    }

    @Test
    void repeatsASignupWithItsSecret() {
        Api visitor = api().with("Idempotency-Key", "signup-" + Api.email());
        String body = "{\"email\": \"%s\", \"password\": \"correct horse\", \"name\": \"Ada\"}".formatted(Api.email());
        Api.Reply first = visitor.post("/v1/signup", body).expect(201);
        Api.Reply second = visitor.post("/v1/signup", body).expect(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void doesOnceWhatComesTwentyTimesAtOnce() throws Exception {
        Api customer = api().signedUp().with("Idempotency-Key", "race");
        List<Callable<Api.Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> customer.post("/v1/workloads", WEB));
        }
        List<Api.Reply> replies = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Api.Reply> call : executor.invokeAll(calls)) {
                replies.add(call.get());
            }
        }
        Set<String> bodies = replies.stream()
                .filter(reply -> reply.status() != 409)
                .map(reply -> reply.expect(202).body())
                .collect(Collectors.toSet());
        assertThat(bodies).hasSize(1);
        assertThat(replies.stream()
                        .filter(reply -> reply.status() == 202 && reply.header("Idempotent-Replayed") == null))
                .hasSize(1);
        assertThat(customer.get("/v1/workloads").json().path("data").size()).isOne();
    }

    @Test
    void forgetsARefusalSoThatTheCallMaySucceedLater() {
        Api customer = api().signedUp();
        String large = WEB.replace("}", ", \"replicas\": 11}");
        customer.with("Idempotency-Key", "one").post("/v1/workloads", large).expect(403);
        customer.with("Idempotency-Key", "one").post("/v1/workloads", WEB).expect(202);
    }

    @Test
    void forgetsAnAnswerAfterTwoDays() {
        Api customer = api().signedUp().with("Idempotency-Key", "old");
        customer.post("/v1/workloads", WEB).expect(202);
        dsl.execute("update idempotency set created_at = created_at - interval '49 hours'");
        customer.post("/v1/workloads", WEB.replace("web", "api")).expect(202);
    }

    @Test
    void repeatsASignInAndADeletionToo() {
        Api.Reply signup = api().signup();
        Api visitor = api().with("Idempotency-Key", "in-" + Api.email());
        String body = "{\"email\": \"%s\", \"password\": \"correct horse\"}".formatted(signup.text("user.email"));
        Api.Reply in = visitor.post("/v1/session", body).expect(201);
        assertThat(visitor.post("/v1/session", body).expect(201).header("Set-Cookie"))
                .isEqualTo(in.header("Set-Cookie"));
        Api customer = api().key(signup.text("api_key.secret"));
        String key =
                customer.post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201).text("id");
        customer.with("Idempotency-Key", "del").delete("/v1/api_keys/" + key).expect(204);
        customer.with("Idempotency-Key", "del").delete("/v1/api_keys/" + key).expect(204);
        customer.delete("/v1/api_keys/" + key).expect(404);
    }

    @Test
    void refusesAKeyThatIsNone() {
        Api customer = api().signedUp();
        customer.with("Idempotency-Key", "x".repeat(256))
                .post("/v1/workloads", WEB)
                .expect(422);
        customer.with("Idempotency-Key", "x".repeat(255))
                .post("/v1/workloads", WEB)
                .expect(202);
    }
}
