package dev.berth.billing.payment;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Page;
import dev.berth.schema.db.billing.tables.records.DisputeRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Contested payments, for the operator. */
@RestController
class DisputeHttp {
    private final Disputes disputes;

    DisputeHttp(Disputes disputes) {
        this.disputes = disputes;
    }

    record DisputeView(
            DisputeId id,
            String reference,
            AccountId account,
            InvoiceId invoice,
            PaymentId payment,
            Money amount,
            String reason,
            String state,
            String providerStatus,
            JsonNode evidence,
            @Nullable Instant evidenceDue,
            Instant openedAt,
            @Nullable Instant closedAt) {
        static DisputeView of(DisputeRecord row) {
            return new DisputeView(
                    row.getDisputeId(),
                    row.getReference(),
                    row.getAccountId(),
                    row.getInvoiceId(),
                    row.getPaymentId(),
                    new Money(row.getAmountMinor(), row.getCurrency()),
                    row.getReason(),
                    row.getState(),
                    row.getProviderStatus(),
                    Json.mapper().readTree(row.getEvidence().data()),
                    row.getEvidenceDue(),
                    row.getOpenedAt(),
                    row.getClosedAt());
        }
    }

    @GetMapping("/internal/v1/operator/disputes")
    Page<DisputeView> list(Caller caller, @RequestParam(required = false) @Nullable Integer limit) {
        caller.mustBeOperator();
        return new Page<>(
                disputes.latest(Page.limit(limit)).stream().map(DisputeView::of).toList(), null);
    }
}
