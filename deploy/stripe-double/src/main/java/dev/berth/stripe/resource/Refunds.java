package dev.berth.stripe.resource;

import dev.berth.stripe.card.Money;
import dev.berth.stripe.card.TestCard;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Refunds. Source: Stripe's API reference, "Refunds". */
final class Refunds {
    private static final String KIND = "refund";
    private static final Duration UNTIL_SETTLED = Duration.ofSeconds(2);

    private Refunds() {}

    static Answer create(Change change, Params params) {
        params.only(
                "amount",
                "charge",
                "currency",
                "customer",
                "instructions_email",
                "metadata",
                "origin",
                "payment_intent",
                "reason",
                "refund_application_fee",
                "reverse_transfer");
        ObjectNode charge = chargeOf(change, params);
        String currency = Json.text(charge, "currency");
        long left = Json.number(charge, "amount_captured") - Json.number(charge, "amount_refunded");
        String id = Json.text(charge, "id");
        if (!Json.flag(charge, "paid") || !Json.flag(charge, "captured")) {
            throw StripeError.invalid(
                    null, "Charge %s has not been captured; it cannot be refunded.".formatted(id), null);
        }
        if (Json.flag(charge, "disputed") && !Disputes.refundable(change, id)) {
            throw StripeError.invalid(
                    "charge_disputed", "Charge %s has been charged back; cannot issue a refund.".formatted(id), null);
        }
        if (left == 0) {
            throw StripeError.invalid(
                    "charge_already_refunded", "Charge %s has already been refunded.".formatted(id), null);
        }
        long amount = params.integer("amount").orElse(left);
        if (amount < 1) {
            throw StripeError.invalid(
                    "parameter_invalid_integer", "This value must be greater than or equal to 1.", "amount");
        }
        if (amount > left) {
            throw StripeError.invalid(
                    "amount_too_large",
                    "Refund amount (%s) is greater than unrefunded amount on charge (%s)"
                            .formatted(Money.shown(amount, currency), Money.shown(left, currency)),
                    "amount");
        }
        return Answer.ok(refund(change, params, charge, amount));
    }

    private static ObjectNode chargeOf(Change change, Params params) {
        if (params.text("payment_intent").isPresent()) {
            ObjectNode intent = change.get("payment_intent", params.need("payment_intent"), "payment_intent");
            String charge = Json.text(intent, "latest_charge");
            if (charge.isEmpty()) {
                throw StripeError.invalid(
                        null,
                        "This PaymentIntent (%s) does not have a successful charge to refund."
                                .formatted(Json.text(intent, "id")),
                        "payment_intent");
            }
            return change.get("charge", charge, null);
        }
        if (params.text("charge").isEmpty()) {
            throw StripeError.invalid(
                    "parameter_missing",
                    "One of the following params should be provided for this request: payment_intent or charge.",
                    null);
        }
        return change.get("charge", params.need("charge"), "charge");
    }

    private static ObjectNode refund(Change change, Params params, ObjectNode charge, long amount) {
        TestCard card = Saved.card(change.tx(), Json.text(charge, "payment_method"));
        boolean pending = card.refund() == TestCard.RefundCourse.PENDING;
        String id = Ids.next("re");
        String currency = Json.text(charge, "currency");
        ObjectNode refund = Template.of(change, KIND, id);
        refund.put("amount", amount)
                .put("balance_transaction", Ledger.book(change, "refund", "refund", -amount, 0, currency, id))
                .put("charge", Json.text(charge, "id"))
                .put("currency", currency)
                .put(
                        "reason",
                        params.word("reason", "duplicate", "fraudulent", "requested_by_customer")
                                .orElse(null))
                .put("status", pending ? "pending" : "succeeded");
        for (String field : List.of("customer", "payment_intent", "payment_method")) {
            refund.set(field, charge.path(field));
        }
        params.copyMetadata(refund);
        change.put(refund);
        long refunded = Json.number(charge, "amount_refunded") + amount;
        charge.put("amount_refunded", refunded).put("refunded", refunded == Json.number(charge, "amount_captured"));
        change.put(charge);
        change.emit("refund.created", refund);
        change.emit("charge.refunded", charge);
        if (card.refund() != TestCard.RefundCourse.SUCCEEDS) {
            change.later(UNTIL_SETTLED, pending ? "refund_succeeds" : "refund_fails", id);
        }
        return refund;
    }

    /** What a bank says days later. */
    static void settle(Change change, String id, boolean well) {
        ObjectNode before = change.get(KIND, id, null);
        ObjectNode refund = before.deepCopy();
        if (well) {
            refund.put("status", "succeeded");
            change.update("refund.updated", before, refund);
            change.emit("charge.refund.updated", refund);
            return;
        }
        long amount = Json.number(refund, "amount");
        refund.put("status", "failed").put("failure_reason", "expired_or_canceled_card");
        refund.put(
                "failure_balance_transaction",
                Ledger.book(change, "refund_failure", "refund_failure", amount, 0, Json.text(refund, "currency"), id));
        ObjectNode charge = change.get("charge", Json.text(refund, "charge"), null);
        charge.put("amount_refunded", Json.number(charge, "amount_refunded") - amount)
                .put("refunded", false);
        change.put(charge);
        change.update("refund.updated", before, refund);
        change.emit("refund.failed", refund);
        change.emit("charge.refund.updated", refund);
    }

    static Answer update(Change change, Params params, String id) {
        params.only("metadata");
        ObjectNode before = change.get(KIND, id, null);
        ObjectNode refund = before.deepCopy();
        params.copyMetadata(refund);
        return Answer.ok(change.update("refund.updated", before, refund));
    }

    static Answer list(Change change, Params params) {
        params.only("charge", "created", "ending_before", "limit", "payment_intent", "starting_after");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/refunds",
                params,
                Filters.equal(params, "charge").and(Filters.equal(params, "payment_intent"))));
    }
}
