package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.wire.IdentitySigner;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a customer is told, and what billing hears, when nobody knows whether a payment was made. */
class LostAnswerTest extends GatewayTest {
    private static final String CARD = """
            {"card": {"number": "%s", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}""";
    private static final String PAYS = CARD.formatted("4242424242424242");
    private static final String DECLINED = CARD.formatted("4000000000000002");

    private final StandIns services = StandIns.shared();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private Api customer;
    private String path;

    @BeforeEach
    void owe() {
        Api.Reply signup = api().signup();
        customer = api().key(signup.text("api_key.secret"));
        String invoice = services.invoice(signup.text("account.id"), "B-000001", "final")
                .path("id")
                .asString();
        path = "/invoices/%s/pay".formatted(invoice);
    }

    @AfterEach
    void mend() {
        services.mend();
    }

    private void billing(StandIns.Handler answer) {
        services.instead("/internal/v1" + path, (exchange, called) -> {
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
            answer.handle(exchange, called);
        });
    }

    private Api.Reply pay(String key, String card) {
        return customer.with("Idempotency-Key", key).post("/v1" + path, card);
    }

    @Test
    void aLostAnswerIsNotSaidToHaveChangedNothingAndItsRepetitionIsKnownAsSuch() {
        billing((exchange, called) -> exchange.close());
        Api.Reply lost = pay("one", PAYS).expect(503);
        assertThat(lost.text("code")).isEqualTo("result_unknown");
        assertThat(lost.body()).doesNotContain("nothing was changed").contains("may have done");

        billing((exchange, called) -> StandIns.answer(exchange, 200, StandIns.money(1)));
        assertThat(pay("one", DECLINED).expect(409).text("code")).isEqualTo("idempotency_mismatch");
        pay("one", PAYS).expect(200);
        assertThat(pay("one", PAYS).expect(200).header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(keys).hasSize(2).doesNotContain("null", "one");
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    /** The gateway ends after billing has answered and before it has written that down. */
    @Test
    void whatWasDoneBeforeAGatewayDiedIsAskedForByTheSameName() {
        billing((exchange, called) -> StandIns.answer(exchange, 200, StandIns.money(1)));
        pay("died", PAYS).expect(200);
        String caller = customer.get("/v1/api_keys").text("data.0.id");
        dsl.execute(
                "update idempotency set answer = null, locked_until = now() - interval '1 second' where caller = {0}",
                DSL.val(caller));
        assertThat(pay("died", PAYS).expect(200).header("Idempotent-Replayed")).isNull();
        assertThat(keys).hasSize(2);
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @Test
    void theOperatorsWordOnAPaymentHasANameToo() {
        path = "/operator" + path.replace("/pay", "/mark_paid");
        billing((exchange, called) -> exchange.close());
        Api operator = api().key(OPERATOR).with("Idempotency-Key", path);
        String route = path.replace("/operator", "/operator/v1");
        assertThat(operator.post(route).expect(503).text("code")).isEqualTo("result_unknown");
        operator.post(route).expect(503);
        assertThat(keys).hasSize(2).doesNotContain("null");
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @Test
    void anotherRequestOrCallerIsAnotherEffect() {
        billing((exchange, called) -> exchange.close());
        pay("one", PAYS).expect(503);
        pay("two", PAYS).expect(503);
        String other = customer.post("/v1/api_keys", "{\"name\": \"other\"}")
                .expect(201)
                .text("secret");
        api().key(other).with("Idempotency-Key", "one").post("/v1" + path, PAYS).expect(503);
        customer.post("/v1" + path, PAYS).expect(503);
        assertThat(keys).hasSize(4).doesNotHaveDuplicates().endsWith("null");
    }

    @Test
    void billingsOwnWordOnAnUnknownResultReachesTheCustomer() {
        billing((exchange, called) -> StandIns.problem(exchange, 503, "payment_unknown", "The line broke."));
        Api.Reply unknown = pay("one", PAYS).expect(503);
        assertThat(unknown.text("code")).isEqualTo("payment_unknown");
        assertThat(unknown.text("hint")).isEqualTo("Try another.");
        String page = customer.form("/invoices" + path.substring(9), form())
                .expect(503)
                .body();
        assertThat(page).contains("The line broke.").doesNotContain("nothing was changed");
    }

    private static java.util.Map<String, String> form() {
        return java.util.Map.of("number", "4242424242424242", "exp_month", "12", "exp_year", "2040", "cvc", "123");
    }

    @Test
    void aDeclinedAttemptKeepsItsKey() {
        billing((HttpExchange exchange, StandIns.Called called) ->
                StandIns.problem(exchange, 402, "card_declined", "The card was declined."));
        pay("one", DECLINED).expect(402);
        assertThat(pay("one", PAYS).expect(409).text("code")).isEqualTo("idempotency_mismatch");
        pay("one", DECLINED).expect(402);
        assertThat(keys).hasSize(2);
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @Test
    void aReadThatIsNotAnsweredChangedNothing() {
        services.instead("/internal/v1/invoices", (exchange, called) -> exchange.close());
        Api.Reply away = customer.get("/v1/invoices").expect(503);
        assertThat(away.text("code")).isEqualTo("upstream_unavailable");
    }

    @Test
    void whatCouldNotEvenBeSentChangedNothing() {
        URI nobody = URI.create("http://127.0.0.1:9");
        ForwardProperties settings =
                new ForwardProperties(nobody, nobody, nobody, Duration.ofSeconds(1), Duration.ofSeconds(5));
        Downstream downstream = new Downstream(settings, new IdentitySigner(StandIns.SECRET, InstantSource.system()));
        Call call = Call.post(Owner.BILLING, "/internal/v1/x", Asker.gateway(), StandIns.money(1));
        assertThatThrownBy(() -> downstream.json(call))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE));
        downstream.destroy();
    }
}
