package dev.berth.stripe.resource;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.card.TestCard;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Charges: the single attempts to take money. Source: Stripe's API reference, "Charges". */
final class Charges {
    private static final String KIND = "charge";
    private static final List<String> LIKE_INTENT = List.of(
            "amount",
            "currency",
            "customer",
            "description",
            "metadata",
            "receipt_email",
            "shipping",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_group");

    private Charges() {}

    /** Takes the money, or with manual capture reserves it. */
    static ObjectNode succeed(Change change, ObjectNode intent, ObjectNode method) {
        boolean captured = !Json.text(intent, "capture_method").equals("manual");
        ObjectNode charge = make(change, intent, method, Optional.empty());
        charge.put("paid", true).put("status", "succeeded");
        change.put(charge);
        if (captured) {
            capture(change, charge, Json.number(intent, "amount"));
        }
        change.emit("charge.succeeded", charge);
        return charge;
    }

    /** Books a reserved amount, or a part of it. */
    static void capture(Change change, ObjectNode charge, long amount) {
        String currency = Json.text(charge, "currency");
        charge.put("captured", true).put("amount_captured", amount);
        charge.put(
                "balance_transaction",
                Ledger.book(
                        change,
                        "charge",
                        "charge",
                        amount,
                        Ledger.fee(amount, currency),
                        currency,
                        Json.text(charge, "id")));
        change.put(charge);
    }

    static ObjectNode fail(Change change, ObjectNode intent, ObjectNode method, Decline why) {
        ObjectNode charge = make(change, intent, method, Optional.of(why));
        charge.put("status", "failed").put("failure_code", why.code()).put("failure_message", why.message());
        change.put(charge);
        change.emit("charge.failed", charge);
        return charge;
    }

    private static ObjectNode make(Change change, ObjectNode intent, ObjectNode method, Optional<Decline> why) {
        String id = Ids.next("ch");
        ObjectNode charge = Template.of(change, KIND, id);
        for (String field : LIKE_INTENT) {
            charge.set(field, intent.path(field).deepCopy());
        }
        charge.set("billing_details", method.path("billing_details").deepCopy());
        charge.put("payment_intent", Json.text(intent, "id")).put("payment_method", Json.text(method, "id"));
        charge.put("receipt_url", "%s/receipts/%s".formatted(change.hostedBase(), id));
        details(Json.child(Json.child(charge, "payment_method_details"), "card"), intent, method);
        why.ifPresent(decline -> Json.child(charge, "outcome")
                .put("advice_code", decline.advice())
                .put("network_status", "declined_by_network")
                .put("reason", decline.declineCode())
                .put("seller_message", "The bank did not return any further details with this decline.")
                .put("type", "issuer_declined"));
        return charge;
    }

    private static void details(ObjectNode details, ObjectNode intent, ObjectNode method) {
        for (String field :
                List.of("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")) {
            details.set(field, method.path("card").path(field).deepCopy());
        }
        details.put("amount_authorized", Json.number(intent, "amount"))
                .put("network", Json.text(method.path("card"), "brand"))
                .put("network_transaction_id", Ids.random(15));
        Json.child(details, "overcapture").put("maximum_amount_capturable", Json.number(intent, "amount"));
    }

    /** What comes by itself after a payment with some test cards. */
    static void afterwards(Change change, ObjectNode charge) {
        TestCard card = Saved.card(change.tx(), Json.text(charge, "payment_method"));
        switch (card.afterwards()) {
            case NOTHING -> {}
            case DISPUTE_FRAUDULENT -> Disputes.open(change, Json.text(charge, "id"), "fraudulent", false);
            case DISPUTE_NOT_RECEIVED -> Disputes.open(change, Json.text(charge, "id"), "product_not_received", false);
            case INQUIRY -> Disputes.open(change, Json.text(charge, "id"), "fraudulent", true);
        }
    }

    static Answer update(Change change, Params params, String id) {
        params.only(
                "customer", "description", "fraud_details", "metadata", "receipt_email", "shipping", "transfer_group");
        ObjectNode before = change.get(KIND, id, null);
        ObjectNode charge = before.deepCopy();
        for (String field : List.of("description", "receipt_email", "transfer_group")) {
            params.copyText(field, charge);
        }
        params.copyMetadata(charge);
        return Answer.ok(change.update("charge.updated", before, charge));
    }

    static Answer list(Change change, Params params) {
        params.only(
                "created", "customer", "ending_before", "limit", "payment_intent", "starting_after", "transfer_group");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/charges",
                params,
                Filters.equal(params, "customer")
                        .and(Filters.equal(params, "payment_intent"))
                        .and(Filters.equal(params, "transfer_group"))));
    }
}
