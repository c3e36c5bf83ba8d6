package dev.berth.gateway.portal;

import dev.berth.gateway.forward.BillingShapes;
import dev.berth.gateway.forward.CardShapes;
import java.util.List;
import java.util.Objects;

/** What went back of an invoice's money, a line below its sums. */
record RefundLine(String text, String amount) {

    /** Those of all attempts, the oldest first. */
    static List<RefundLine> of(CardShapes.AttemptPage attempts, Format format) {
        return attempts.data().stream()
                .flatMap(attempt ->
                        Objects.requireNonNullElse(attempt.refunds(), List.<BillingShapes.InvoiceRefund>of()).stream())
                .toList()
                .reversed()
                .stream()
                .map(refund -> of(refund, format))
                .toList();
    }

    private static RefundLine of(BillingShapes.InvoiceRefund refund, Format format) {
        String since = format.date(refund.createdAt());
        return new RefundLine(
                switch (refund.state()) {
                    case "succeeded" -> "Paid back, " + since;
                    case "failed", "canceled" -> "Could not be paid back and is credit, " + since;
                    default -> "On its way back, since " + since;
                },
                format.money(refund.amount()));
    }
}
