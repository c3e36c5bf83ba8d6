package dev.berth.stripe.resource;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Disputes, and inquiries that may precede one. Evidence that says {@code winning_evidence} or {@code losing_evidence} decides, as in
 * Stripe's tests. Source: Stripe's API reference, "Disputes".
 */
public final class Disputes {
    private static final String KIND = "dispute";
    private static final long FEE = 1_500;
    private static final Duration TIME_TO_ANSWER = Duration.ofDays(9);
    private static final List<String> OPEN = List.of("needs_response", "under_review");
    private static final List<String> INQUIRY = List.of("warning_needs_response", "warning_under_review");

    private Disputes() {}

    /**
     * A customer disputes a charge.
     *
     * @param reason Stripe's word, such as {@code fraudulent}
     * @param inquiry the issuer only asks at first; no money moves
     */
    public static ObjectNode open(Change change, String chargeId, String reason, boolean inquiry) {
        ObjectNode charge = change.get("charge", chargeId, "charge");
        if (!Json.flag(charge, "captured")) {
            throw StripeError.invalid(null, "Only a charge that was captured can be disputed.", "charge");
        }
        ObjectNode dispute = Template.of(change, KIND, Ids.next("du"));
        dispute.put("amount", Json.number(charge, "amount_captured") - Json.number(charge, "amount_refunded"))
                .put("charge", chargeId)
                .put("currency", Json.text(charge, "currency"))
                .put("is_charge_refundable", inquiry)
                .put("reason", reason)
                .put("status", inquiry ? "warning_needs_response" : "needs_response");
        dispute.set("payment_intent", charge.path("payment_intent"));
        Json.child(dispute, "evidence_details")
                .put("due_by", change.time().plus(TIME_TO_ANSWER).getEpochSecond());
        Json.child(Json.child(dispute, "payment_method_details"), "card")
                .put("brand", Json.text(charge.path("payment_method_details").path("card"), "brand"))
                .put("case_type", inquiry ? "inquiry" : "chargeback");
        charge.put("disputed", true);
        change.put(charge);
        if (!inquiry) {
            move(change, dispute, -Json.number(dispute, "amount"), FEE);
        }
        change.put(dispute);
        change.emit("charge.dispute.created", dispute);
        if (!inquiry) {
            change.emit("charge.dispute.funds_withdrawn", dispute);
        }
        return dispute;
    }

    private static void move(Change change, ObjectNode dispute, long amount, long fee) {
        String movement = Ledger.book(
                change,
                "adjustment",
                amount < 0 ? "dispute" : "dispute_reversal",
                amount,
                fee,
                Json.text(dispute, "currency"),
                Json.text(dispute, "id"));
        ArrayNode movements = dispute.withArray("balance_transactions");
        movements.add(change.get("balance_transaction", movement, null));
    }

    /** Whether a disputed charge may be refunded all the same: while it is only asked about. */
    static boolean refundable(Change change, String charge) {
        return change.tx().newestFirst(KIND).stream()
                .filter(dispute -> Json.text(dispute, "charge").equals(charge))
                .allMatch(dispute -> Json.flag(dispute, "is_charge_refundable")
                        || Json.text(dispute, "status").equals("won"));
    }

    /** An inquiry becomes a dispute, and the money is taken. */
    public static ObjectNode escalate(Change change, String id) {
        ObjectNode before = change.get(KIND, id, null);
        if (!INQUIRY.contains(Json.text(before, "status"))) {
            throw StripeError.invalid(null, "Only an open inquiry can become a dispute.", null);
        }
        ObjectNode dispute = before.deepCopy();
        dispute.put("status", "needs_response").put("is_charge_refundable", false);
        Json.child(Json.child(dispute, "payment_method_details"), "card").put("case_type", "chargeback");
        move(change, dispute, -Json.number(dispute, "amount"), FEE);
        change.update("charge.dispute.updated", before, dispute);
        change.emit("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    /** The issuer decides. */
    public static ObjectNode decide(Change change, String id, boolean won) {
        ObjectNode dispute = change.get(KIND, id, null);
        String status = Json.text(dispute, "status");
        if (INQUIRY.contains(status)) {
            dispute.put("status", "warning_closed");
            change.put(dispute);
            change.emit("charge.dispute.closed", dispute);
            return dispute;
        }
        if (!OPEN.contains(status)) {
            throw StripeError.invalid(null, "This dispute is already closed", null);
        }
        dispute.put("status", won ? "won" : "lost");
        if (won) {
            move(change, dispute, Json.number(dispute, "amount"), 0);
        }
        change.put(dispute);
        change.emit("charge.dispute.closed", dispute);
        if (won) {
            change.emit("charge.dispute.funds_reinstated", dispute);
        }
        return dispute;
    }

    static Answer close(Change change, String id) {
        ObjectNode dispute = change.get(KIND, id, null);
        if (!OPEN.contains(Json.text(dispute, "status")) && !INQUIRY.contains(Json.text(dispute, "status"))) {
            throw StripeError.invalid(null, "This dispute is already closed", null);
        }
        return Answer.ok(decide(change, id, false));
    }

    static Answer update(Change change, Params params, String id) {
        params.only("evidence", "metadata", "submit");
        ObjectNode before = change.get(KIND, id, null);
        ObjectNode dispute = before.deepCopy();
        params.copyMetadata(dispute);
        boolean inquiry = INQUIRY.contains(Json.text(dispute, "status"));
        String text = "";
        if (params.has("evidence")) {
            if (!inquiry && !OPEN.contains(Json.text(dispute, "status"))) {
                throw StripeError.invalid(null, "This dispute is already closed", null);
            }
            ObjectNode evidence = Json.child(dispute, "evidence");
            List<String> fields = List.copyOf(evidence.propertyNames());
            Params given = params.nested("evidence").only(fields.toArray(String[]::new));
            given.names().forEach(field -> given.copyText(field, evidence));
            ObjectNode details = Json.child(dispute, "evidence_details");
            details.put("has_evidence", true);
            text = Json.text(evidence, "uncategorized_text");
            if (params.flag("submit").orElse(true)) {
                details.put("submission_count", Json.number(details, "submission_count") + 1);
                dispute.put("status", inquiry ? "warning_under_review" : "under_review");
            }
        }
        change.update("charge.dispute.updated", before, dispute);
        boolean submitted = Json.text(dispute, "status").endsWith("under_review");
        if (submitted && (text.equals("winning_evidence") || text.equals("losing_evidence"))) {
            return Answer.ok(decide(change, id, text.equals("winning_evidence")));
        }
        return Answer.ok(dispute);
    }

    static Answer list(Change change, Params params) {
        params.only("charge", "created", "ending_before", "limit", "payment_intent", "starting_after");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/disputes",
                params,
                Filters.equal(params, "charge").and(Filters.equal(params, "payment_intent"))));
    }
}
