package dev.berth.gateway.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Cause;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Received;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class StandingListenerTest extends GatewayTest {
    private static final String BODY = "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}";

    @Autowired
    private StandingListener listener;

    private AccountId account;
    private Api customer;

    @BeforeEach
    void signUp() {
        Api.Reply signup = api().signup();
        account = AccountId.parse(signup.text("account.id"));
        customer = api().key(signup.text("api_key.secret"));
    }

    private static Received received(StandingChanged event) {
        Cause cause = new Cause("op_test", "operator", event.occurredAt(), null);
        return new Received(new Envelope(EventId.next(), Service.BILLING, event, cause), Topic.STANDING, 0, 0);
    }

    private void now(Standing standing, boolean capReached) {
        StandingChanged event = new StandingChanged(account, standing, capReached, "a test", Instant.now());
        dsl.transaction(configuration -> listener.apply(configuration.dsl(), List.of(received(event))));
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    @Test
    void stopsEverythingOfASuspendedAccountAndLetsItRunAgainWhenItHasPaid() {
        String running = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        String stopped = customer.post("/v1/workloads", BODY.formatted("b")).text("id");
        customer.post("/v1/workloads/" + stopped + "/stop").expect(202);
        now(Standing.SUSPENDED, false);

        assertThat(wish(running).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(running).heldBy()).isEqualTo("suspended");
        assertThat(wish(running).generation()).isEqualTo(2);
        assertThat(wish(stopped).generation()).isEqualTo(2);
        Api.Reply held = customer.get("/v1/workloads/" + running).expect(200);
        assertThat(held.text("desired.state")).isEqualTo("stopped");
        assertThat(held.text("desired.held_by")).isEqualTo("suspended");
        assertThat(customer.get("/v1/account").text("standing")).isEqualTo("suspended");

        now(Standing.GOOD, false);
        assertThat(wish(running).state()).isEqualTo(DesiredState.RUNNING);
        assertThat(wish(running).generation()).isEqualTo(3);
        assertThat(wish(running).heldBy()).isNull();
        assertThat(wish(stopped).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(stopped).generation()).isEqualTo(2);
    }

    @Test
    void refusesToStartAnythingWhileSuspendedButLetsReadSignInStopAndDelete() {
        String id = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        String other = customer.post("/v1/workloads", BODY.formatted("b")).text("id");
        customer.post("/v1/workloads/" + other + "/stop").expect(202);
        now(Standing.SUSPENDED, false);
        Api.Reply refused = customer.post("/v1/workloads", BODY.formatted("c")).expect(402);
        assertThat(refused.text("code")).isEqualTo("account_suspended");
        customer.post("/v1/workloads/" + other + "/start").expect(402);
        customer.post("/v1/workloads/" + id + "/restart").expect(402);
        customer.get("/v1/workloads").expect(200);
        customer.patch("/v1/workloads/" + id, "{\"env\": {\"A\": \"1\"}}").expect(202);
        assertThat(wish(id).state()).isEqualTo(DesiredState.STOPPED);
        customer.post("/v1/workloads/" + id + "/stop").expect(202);
        customer.delete("/v1/workloads/" + id).expect(202);
        now(Standing.GOOD, false);
        customer.post("/v1/workloads/" + other + "/start").expect(202);
    }

    @Test
    void holdsWhatRunsWhenTheSpendCapIsReached() {
        String id = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        now(Standing.GOOD, true);
        assertThat(wish(id).heldBy()).isEqualTo("cap_reached");
        assertThat(customer.post("/v1/workloads", BODY.formatted("b"))
                        .expect(402)
                        .text("code"))
                .isEqualTo("spend_cap_reached");
        now(Standing.PAST_DUE, false);
        assertThat(wish(id).state()).isEqualTo(DesiredState.RUNNING);
        customer.post("/v1/workloads", BODY.formatted("b")).expect(202);
    }

    @Test
    void closesAnAccountOnce() {
        now(Standing.CLOSED, false);
        now(Standing.CLOSED, false);
        List<String> types = dsl.resultQuery(
                        "select type from outbox where key = {0} order by seq",
                        org.jooq.impl.DSL.val(account.toString()))
                .fetch(row -> row.get(0, String.class));
        assertThat(types).containsExactly("dev.berth.account.AccountOpened.v1", "dev.berth.account.AccountClosed.v1");
    }

    @Test
    void carriesWhoSuspendedToTheWishThatWasHeld() {
        String id = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        now(Standing.SUSPENDED, false);
        String actor = dsl.resultQuery(
                        "select actor from outbox where key = {0} order by seq desc limit 1", org.jooq.impl.DSL.val(id))
                .fetchSingle()
                .get(0, String.class);
        assertThat(actor).isEqualTo("operator");
    }

    @Test
    void lastWordOfABatchCounts() {
        String id = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        Instant now = Instant.now();
        List<Received> batch = List.of(
                received(new StandingChanged(account, Standing.SUSPENDED, false, "", now)),
                received(new StandingChanged(account, Standing.GOOD, false, "", now)));
        dsl.transaction(configuration -> listener.apply(configuration.dsl(), batch));
        assertThat(payloads(id)).hasSize(1);
    }

    @Test
    void aWordThatIsReplayedLateChangesNothing() {
        String id = customer.post("/v1/workloads", BODY.formatted("a")).text("id");
        Instant now = Instant.now();
        at(Standing.GOOD, now);
        at(Standing.SUSPENDED, now.minusSeconds(60));
        assertThat(customer.get("/v1/account").text("standing")).isEqualTo("good");
        assertThat(payloads(id)).hasSize(1);
        at(Standing.SUSPENDED, now.plusMillis(1));
        at(Standing.GOOD, now);
        assertThat(wish(id).heldBy()).isEqualTo("suspended");
    }

    @Test
    void aClosedAccountStopsEverythingAndStaysClosed() {
        String id = customer.post("/v1/workloads", BODY.formatted("running")).text("id");
        now(Standing.CLOSED, false);
        now(Standing.GOOD, false);
        assertThat(wish(id).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(id).heldBy()).isEqualTo("closed");
        assertThat(customer.get("/v1/account").text("standing")).isEqualTo("closed");
        assertThat(customer.post("/v1/workloads", BODY.formatted("a"))
                        .expect(403)
                        .text("code"))
                .isEqualTo("account_closed");
        customer.patch("/v1/account", "{\"name\": \"another\"}").expect(409);
    }

    private void at(Standing standing, Instant occurredAt) {
        StandingChanged event = new StandingChanged(account, standing, false, "a test", occurredAt);
        dsl.transaction(configuration -> listener.apply(configuration.dsl(), List.of(received(event))));
    }

    @Test
    void anAccountThatIsNotHereIsAnErrorOfTheEvent() {
        StandingChanged event = new StandingChanged(AccountId.next(), Standing.GOOD, false, "", Instant.now());
        assertThatThrownBy(() ->
                        dsl.transaction(configuration -> listener.apply(configuration.dsl(), List.of(received(event)))))
                .hasMessageContaining("no account");
    }

    /** Creates that race with the suspension: each is either refused or held, none runs on. */
    @Test
    void letsNothingSlipThroughWhileItSuspends() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = BODY.formatted("w" + i);
            calls.add(() -> customer.post("/v1/workloads", body).status());
        }
        calls.add(4, () -> {
            now(Standing.SUSPENDED, false);
            return 0;
        });
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> call : executor.invokeAll(calls)) {
                assertThat(call.get()).isIn(0, 202, 402);
            }
        }
        customer.get("/v1/workloads")
                .json()
                .path("data")
                .forEach(one -> assertThat(one.path("desired").path("state").stringValue())
                        .isEqualTo("stopped"));
    }
}
