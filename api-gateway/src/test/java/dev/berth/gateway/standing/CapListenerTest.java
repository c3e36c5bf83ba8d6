package dev.berth.gateway.standing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.cap.SpendCapChanged;
import dev.berth.schema.cap.SpendCapCredited;
import dev.berth.schema.cap.SpendCapNotice;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Received;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class CapListenerTest extends GatewayTest {
    private static final String BODY = """
            {"name": "%s", "kind": "service", "image": "berth/sample:1", "stop_grace_s": 60}""";
    private static final Instant PERIOD_START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant PERIOD_END = Instant.parse("2026-12-01T00:00:00Z");

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

    @AfterEach
    void mend() {
        StandIns.shared().mend();
    }

    private void take(Event... events) {
        Cause cause = new Cause("op_test", "berth", Instant.now(), null);
        List<Received> received = Arrays.stream(events)
                .map(event -> new Received(
                        new Envelope(EventId.next(), Service.BILLING, event, cause), Topic.of(event), 0, 0))
                .toList();
        dsl.transaction(configuration -> listener.apply(configuration.dsl(), received));
    }

    private SpendCapChanged changed(
            CapKind kind, @Nullable String workload, @Nullable Long amount, CapAction action, boolean reached) {
        return new SpendCapChanged(
                account,
                kind,
                workload == null ? null : WorkloadId.parse(workload),
                amount,
                "USD",
                action,
                5_001,
                reached,
                reached ? "reached" : "set",
                PERIOD_START,
                PERIOD_END,
                Instant.now());
    }

    private void standing(boolean capReached) {
        take(new StandingChanged(account, Standing.GOOD, capReached, "a test", Instant.now()));
    }

    private String launched(String name) {
        return customer.post("/v1/workloads", BODY.formatted(name)).expect(202).text("id");
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    @Test
    void aWorkloadsOwnCapHoldsItAloneAndOutlastsThatOfTheAccount() {
        String capped = launched("a");
        String other = launched("b");
        take(changed(CapKind.WORKLOAD, capped, 5_000L, CapAction.STOP, true));
        assertThat(wish(capped).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(capped).heldBy()).isEqualTo("cap_reached");
        assertThat(wish(capped).stopGraceSeconds())
                .as("what a cap stops may not cost much longer")
                .isEqualTo(10);
        assertThat(wish(other).state()).isEqualTo(DesiredState.RUNNING);
        Api.Reply refused =
                customer.post("/v1/workloads/" + capped + "/restart").expect(402);
        assertThat(refused.text("code")).isEqualTo("spend_cap_reached");
        assertThat(refused.text("rule")).isEqualTo("workload_spend_cap");
        assertThat(refused.text("cap.amount_minor")).isEqualTo("5000");
        assertThat(refused.text("used.amount_minor")).isEqualTo("5001");
        assertThat(refused.text("hint")).contains("/spend_cap");
        customer.post("/v1/workloads/" + other + "/restart").expect(202);

        standing(true);
        assertThat(wish(other).heldBy()).isEqualTo("cap_reached");
        standing(false);
        assertThat(wish(other).state()).isEqualTo(DesiredState.RUNNING);
        assertThat(wish(capped).state()).as("its own cap still holds it").isEqualTo(DesiredState.STOPPED);

        take(changed(CapKind.WORKLOAD, capped, 9_000L, CapAction.STOP, false));
        assertThat(wish(capped).state()).isEqualTo(DesiredState.RUNNING);
        assertThat(wish(capped).stopGraceSeconds()).isEqualTo(60);
    }

    @Test
    void whoStoppedSomethingThemselvesStartsItThemselves() {
        String id = launched("a");
        take(changed(CapKind.WORKLOAD, id, 5_000L, CapAction.STOP, true));
        customer.post("/v1/workloads/" + id + "/stop").expect(202);
        long generation = wish(id).generation();
        take(changed(CapKind.WORKLOAD, id, 9_000L, CapAction.STOP, false));
        assertThat(wish(id).state()).isEqualTo(DesiredState.STOPPED);
        assertThat(wish(id).generation()).isEqualTo(generation);
    }

    @Test
    void aCapThatRefusesStopsNothingAndLetsNothingNewStart() {
        String id = launched("a");
        take(changed(CapKind.ACCOUNT, null, 5_000L, CapAction.REFUSE, true));
        assertThat(wish(id).state()).isEqualTo(DesiredState.RUNNING);
        Api.Reply refused = customer.post("/v1/workloads", BODY.formatted("b")).expect(402);
        assertThat(refused.text("rule")).isEqualTo("spend_cap");
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 2}").expect(402);
        customer.patch("/v1/workloads/" + id, "{\"env\": {\"A\": \"1\"}}").expect(202);
        Api.Reply quote =
                customer.post("/v1/workloads?dry_run=true", BODY.formatted("b")).expect(200);
        assertThat(quote.text("funds.allowed")).isEqualTo("false");
        assertThat(quote.text("funds.rule")).isEqualTo("spend_cap");

        SpendCapChanged late = changed(CapKind.ACCOUNT, null, 5_000L, CapAction.REFUSE, true);
        take(changed(CapKind.ACCOUNT, null, null, CapAction.REFUSE, false));
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 2}").expect(202);
        take(late);
        customer.post("/v1/workloads", BODY.formatted("c")).expect(202);
    }

    @Test
    void whatIsLeftMustPayForTenMinutesAsBillingSays() {
        take(changed(CapKind.PREPAID, null, 5_000L, CapAction.STOP, false));
        StandIns.shared().instead("/internal/v1/spend_cap/may_start", (exchange, called) -> {
            byte[] answer = """
                    {"allowed": false, "kind": "prepaid", "action": "stop", "cap": {"amount_minor": 5000, "currency": "USD"},
                     "used": {"amount_minor": 4990, "currency": "USD"}, "needed": {"amount_minor": 180, "currency": "USD"}}""".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        });
        Api.Reply refused = customer.post("/v1/workloads", BODY.formatted("a")).expect(402);
        assertThat(refused.text("rule")).isEqualTo("prepaid_credit");
        assertThat(refused.text("needed.amount_minor")).isEqualTo("180");
        assertThat(refused.text("detail")).contains("Ten minutes");
        StandIns.shared().mend();
        customer.post("/v1/workloads", BODY.formatted("a"))
                .expect(202); // billing cannot say: nobody is stopped by that
    }

    @Test
    void whoHasNoCapIsNotAskedAbout() {
        launched("a");
        assertThat(StandIns.shared().callsTo("/internal/v1/spend_cap/may_start").stream()
                        .filter(call -> account.equals(call.identity().account())))
                .isEmpty();
    }

    @Test
    void ownersWhoseAddressIsProvenAreMailedOfNoticesAndCredits() {
        superuser()
                .execute(
                        "update gateway.users set email_verified_at = now() where user_id in"
                                + " (select user_id from gateway.membership where account_id = ?)",
                        account.uuid());
        String id = launched("web");
        take(new SpendCapNotice(
                account,
                CapKind.WORKLOAD,
                WorkloadId.parse(id),
                75,
                5_000,
                "USD",
                CapAction.STOP,
                3_800,
                PERIOD_START,
                PERIOD_END,
                Instant.now()));
        take(new SpendCapCredited(
                account,
                CapKind.ACCOUNT,
                null,
                5_000,
                "USD",
                5_300,
                100,
                200,
                PERIOD_START,
                PERIOD_END,
                Instant.now()));
        assertThat(superuser()
                        .fetch(
                                "select subject, body from gateway.mail where account_id = ? and kind = 'spend_cap' order by mail_id",
                                account.uuid())
                        .map(row -> row.get(0, String.class)))
                .containsExactly("75 % of the spend cap of the workload web is used", "2.00 USD is credited to you");
    }
}
