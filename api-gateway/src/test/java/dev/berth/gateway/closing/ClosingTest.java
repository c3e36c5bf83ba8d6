package dev.berth.gateway.closing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.factor.Authenticator;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner closes an account and takes it back. */
class ClosingTest extends GatewayTest {
    private static final String CLOSE = "{\"confirm\": \"%s\", \"password\": \"correct horse\"}";
    private static final String WORKLOAD = "{\"name\": \"%s\", \"kind\": \"%s\", \"image\": \"berth/sample:1\"}";

    private People people = new People(Api.at(1), Api.at(1));
    private People.Person owner = new People.Person("", "", "", Api.at(1));
    private Api key = Api.at(1);

    @BeforeEach
    void signUp() {
        people = new People(api(), api().key(OPERATOR));
        owner = people.owner();
        key = api().key(owner.browser()
                .post("/v1/api_keys", "{\"name\": \"all\"}")
                .expect(201)
                .text("secret"));
    }

    private Api.Reply close(Api by) {
        return by.post("/v1/account/close", CLOSE.formatted(owner.account()));
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    @Test
    void stopsEverythingAndBringsItBack() {
        String running = key.post("/v1/workloads", WORKLOAD.formatted("a", "service"))
                .expect(202)
                .text("id");
        String stopped = key.post("/v1/workloads", WORKLOAD.formatted("b", "service"))
                .expect(202)
                .text("id");
        key.post("/v1/workloads/" + stopped + "/stop").expect(202);

        Api.Reply closing = close(key).expect(202);
        assertThat(closing.text("state")).isEqualTo("closing");
        assertThat(closing.text("standing")).isEqualTo("good");
        Instant since = Instant.parse(closing.text("closing.since"));
        assertThat(Instant.parse(closing.text("closing.ends_at"))).isEqualTo(since.plus(Duration.ofDays(30)));
        assertThat(closing.text("closing.by")).startsWith("key_");
        assertThat(wish(running).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(running).heldBy()).isEqualTo("closing");
        assertThat(wish(stopped).heldBy()).isNull();
        assertThat(close(key).expect(409).text("code")).isEqualTo("conflict");

        assertThat(key.post("/v1/account/reopen").expect(202).text("state")).isNotEqualTo("closing");
        assertThat(wish(running).state()).isEqualTo(DesiredState.RUNNING);
        assertThat(wish(running).heldBy()).isNull();
        assertThat(wish(stopped).state()).isEqualTo(DesiredState.STOPPED);
        key.post("/v1/account/reopen").expect(409);
        close(owner.browser()).expect(202);
        owner.browser().post("/v1/account/reopen").expect(202);
        key.post("/v1/workloads", WORKLOAD.formatted("c", "service")).expect(202);
    }

    @Test
    void leavesTheBillsTheDataAndTheWayBackAndNothingElse() {
        String workload = key.post("/v1/workloads", WORKLOAD.formatted("a", "service"))
                .expect(202)
                .text("id");
        String trigger = key.post(
                        "/v1/workloads/" + workload + "/triggers", "{\"name\": \"t\", \"action\": \"redeploy\"}")
                .expect(201)
                .text("url");
        close(owner.browser()).expect(202);
        key.get("/v1/invoices").expect(200);
        key.get("/v1/account").expect(200);
        key.get("/v1/audit_log").expect(200);
        for (Api caller : List.of(key, owner.browser())) {
            Api.Reply refused = caller.post("/v1/workloads", WORKLOAD.formatted("b", "service"))
                    .expect(403);
            assertThat(refused.text("code")).isEqualTo("account_closed");
            assertThat(refused.text("hint")).contains("/v1/account/reopen");
            caller.post("/v1/volumes", "{\"name\": \"v\", \"size_gib\": 1}").expect(403);
            caller.post("/v1/api_keys", "{\"name\": \"another\"}").expect(403);
            caller.patch("/v1/account", "{\"name\": \"another\"}").expect(409);
        }
        assertThat(key.get("/v1/workloads").expect(403).text("code")).isEqualTo("account_closed");
        assertThat(owner.browser().get("/v1/workloads").expect(200).text("data.0.desired.held_by"))
                .isEqualTo("closing");
        String path = trigger.substring(trigger.indexOf("/v1/triggers/"));
        assertThat(api().post(path).expect(403).text("code")).isEqualTo("account_closed");
        people.signIn(owner.email()).browser().post("/v1/account/reopen").expect(202);
        api().post(path).expect(202);
        key.get("/v1/workloads").expect(200);
    }

    @Test
    void isAnOwnersWhoSaysWhichAccountAndHasThePassword() {
        for (String role : List.of("admin", "developer", "billing", "viewer")) {
            Api member = people.joined(owner, role).browser();
            assertThat(close(member).expect(403).text("code")).isEqualTo("forbidden");
            member.post("/v1/account/reopen").expect(403);
        }
        Api by = owner.browser();
        assertThat(by.post("/v1/account/close", "{\"password\": \"correct horse\"}")
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("confirm");
        by.post("/v1/account/close", CLOSE.formatted("another account")).expect(422);
        assertThat(by.post(
                                "/v1/account/close",
                                CLOSE.replace("correct", "wrong").formatted("Ada"))
                        .expect(401)
                        .text("code"))
                .isEqualTo("wrong_credentials");
        by.post("/v1/account/close", "{\"confirm\": \"Ada\"}").expect(401);
        assertThat(by.get("/v1/account").text("closing")).isEqualTo("null");
        by.post("/v1/account/close", CLOSE.formatted("Ada")).expect(202);
        assertThat(by.get("/v1/audit_log").body()).contains("POST /v1/account/close");
        people.link(owner.email(), "verification"); // there are mails
        assertThat(api().key(OPERATOR).get("/operator/v1/mails?limit=200").body())
                .contains("account_closing");
    }

    @Test
    void takesACodeInsteadOfThePasswordWhereThereIsASecondFactor() {
        String secret = owner.browser().post("/v1/second_factor").expect(201).text("secret");
        long step = Instant.now().getEpochSecond() / 30;
        Api.Reply confirmed = owner.browser()
                .post("/v1/second_factor/confirm", "{\"code\": \"%s\"}".formatted(Authenticator.code(secret, step)))
                .expect(200);
        assertThat(close(owner.browser()).expect(401).text("code")).isEqualTo("second_factor_required");
        String body = "{\"confirm\": \"Ada\", \"code\": \"%s\"}";
        String used = confirmed.text("recovery_codes.0");
        assertThat(owner.browser()
                        .post("/v1/account/close", body.formatted("000000x"))
                        .expect(401)
                        .text("code"))
                .isEqualTo("wrong_second_factor");
        owner.browser().post("/v1/account/close", body.formatted(used)).expect(202);
        owner.browser().post("/v1/account/reopen").expect(202);
        owner.browser().post("/v1/account/close", body.formatted(used)).expect(401);
    }

    @Test
    void closesOnceHoweverManyAsk() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(() -> close(owner.browser()).status());
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> call : executor.invokeAll(calls)) {
                answers.add(call.get());
            }
        }
        assertThat(answers).containsOnlyOnce(202).containsOnly(202, 409);
    }

    @Test
    void repeatsItsAnswerByTheIdempotencyKey() {
        Api by = owner.browser().with("Idempotency-Key", "close-once");
        String first = close(by).expect(202).body();
        assertThat(close(by).expect(202).body()).isEqualTo(first);
    }

    @Test
    void invitationsLeadNowhereInAnAccountThatCloses() {
        String email = Api.email();
        people.invite(owner, email, "viewer").expect(201);
        String link = people.link(email, "invitation");
        close(owner.browser()).expect(202);
        people.accept(link, People.PASSWORD).expect(404);
    }

    /** Creates that race with the closing: each is refused or held, none runs on. */
    @Test
    void letsNothingSlipThroughWhileItCloses() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = WORKLOAD.formatted("w" + i, "service");
            calls.add(() -> key.post("/v1/workloads", body).status());
        }
        calls.add(4, () -> close(owner.browser()).status());
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> call : executor.invokeAll(calls)) {
                assertThat(call.get()).isIn(202, 403);
            }
        }
        owner.browser()
                .get("/v1/workloads")
                .expect(200)
                .json()
                .path("data")
                .forEach(one -> assertThat(one.path("desired").path("state").stringValue())
                        .isEqualTo("stopped"));
    }
}
