package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.StandIns;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.wire.Json;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Refunds: asked for by the operator, seen by the customer at the invoice. */
class RefundsTest extends GatewayTest {
    private Api operator;

    @BeforeEach
    void withTheOperatorsKey() {
        operator = api().key(OPERATOR);
    }

    @AfterEach
    void mend() {
        StandIns.shared().mend();
    }

    @Test
    void theOperatorPaysBackACreditNoteAndNobodyElseDoes() {
        String note = CreditNoteId.next().toString();
        String path = "/operator/v1/credit_notes/%s/refund".formatted(note);
        operator.post(path, "{\"reference\": \"transfer 7\"}").expect(200);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/credit_notes/" + note))
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("transfer 7"));
        operator.post("/operator/v1/credit_notes/cn_none/refund", "{}").expect(404);
        api().signedUp().post(path, "{}").expect(403);
        api().post(path, "{}").expect(401);
        api().signedUp().get("/operator/v1/refunds").expect(403);
    }

    @Test
    void theWishToPayBackReachesBilling() {
        String account = api().signup().text("account.id");
        String invoice = StandIns.shared()
                .invoice(account, "B-000001", "paid")
                .path("id")
                .asString();
        String path = "/operator/v1/invoices/%s/credit_notes".formatted(invoice);
        operator.post(path, "{\"reason\": \"goodwill\", \"refund\": true, \"reference\": \"transfer 7\"}")
                .expect(201);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/invoices/" + invoice))
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("\"refund\":true", "transfer 7"));
    }

    @Test
    void refundsAreListedByState() {
        operator.get("/operator/v1/refunds?state=pending&limit=7").expect(200);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/refunds"))
                .anySatisfy(call -> assertThat(call.query())
                        .containsEntry("state", "pending")
                        .containsEntry("limit", "7"));
        operator.get("/operator/v1/refunds?state=gone").expect(422);
    }

    @Test
    void theInvoicesPageSaysWhatWentBack() {
        People.Person owner = new People(api(), operator).owner();
        Api.Reply session = api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(owner.email(), People.PASSWORD))
                .expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        Api browser = api().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        String account = browser.get("/v1/account").expect(200).text("id");
        String invoice = StandIns.shared()
                .invoice(account, "B-000007", "paid")
                .path("id")
                .asString();
        assertThat(browser.get("/invoices/" + invoice).expect(200).body()).doesNotContain("aid back", "way back");
        StandIns.shared().instead("/internal/v1/invoices/%s/payments".formatted(invoice), (exchange, _) -> {
            ObjectNode attempt = Json.mapper()
                    .createObjectNode()
                    .put("id", "pay_01h455vb4pex5vsknk084sn06d")
                    .put("attempt", 1)
                    .put("provider", "stripe")
                    .put("state", "succeeded")
                    .put("automatic", true)
                    .put("created_at", "2026-11-01T02:00:00.000Z");
            attempt.set("amount", StandIns.money(1_234));
            ArrayNode refunds = attempt.putArray("refunds");
            refund(refunds, "failed", 34);
            refund(refunds, "pending", 400);
            refund(refunds, "succeeded", 800);
            ObjectNode page = Json.mapper().createObjectNode().putNull("next_cursor");
            page.putArray("data").add(attempt);
            StandIns.answer(exchange, 200, page);
        });
        assertThat(browser.get("/invoices/" + invoice).expect(200).body())
                .containsSubsequence(
                        "Paid back, 3 Nov 2026",
                        "$8.00",
                        "On its way back, since 3 Nov 2026",
                        "$4.00",
                        "Could not be paid back and is credit",
                        "$0.34");
        assertThat(browser.get("/v1/invoices/%s/payments".formatted(invoice))
                        .expect(200)
                        .text("data.0.refunds.2.state"))
                .isEqualTo("succeeded");
    }

    private static void refund(ArrayNode refunds, String state, long amountMinor) {
        refunds.addObject()
                .put("id", "rfd_01h455vb4pex5vsknk084sn09g")
                .put("credit_note", "cn_01h455vb4pex5vsknk084sn07e")
                .put("payment", "pay_01h455vb4pex5vsknk084sn06d")
                .put("provider", "stripe")
                .put("state", state)
                .put("created_at", "2026-11-03T10:00:00.000Z")
                .set("amount", StandIns.money(amountMinor));
    }
}
