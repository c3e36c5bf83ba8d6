package dev.berth.billing.payment;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceIds;
import dev.berth.billing.invoice.InvoiceReader;
import dev.berth.billing.invoice.InvoiceView;
import dev.berth.schema.id.InvoiceId;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Paying: with a test card by the customer, by word of the operator. */
@RestController
@RequestMapping("/internal/v1")
class PaymentHttp {
    private static final int MAX_REFERENCE = 200;
    private static final int MAX_KEY = 255;

    /** Names what is asked: the same for each repetition of one request, whoever repeats it. */
    private static final String KEY = "Idempotency-Key";

    private final Payments payments;
    private final InvoiceReader reader;
    private final InstantSource clock;

    PaymentHttp(Payments payments, InvoiceReader reader, InstantSource clock) {
        this.payments = payments;
        this.reader = reader;
        this.clock = clock;
    }

    record PayRequest(@Nullable Card card) {}

    record MarkPaidRequest(@Nullable String reference) {}

    @PostMapping("/invoices/{id}/pay")
    InvoiceView pay(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = KEY, required = false) @Nullable String key,
            @RequestBody PayRequest request) {
        InvoiceView invoice = reader.find(InvoiceIds.of(id))
                .filter(view -> caller.maySee(view.account()))
                .orElseThrow(() -> InvoiceIds.unknown(id));
        Card card = request.card();
        if (card == null) {
            throw Refusal.invalid("card", "is missing");
        }
        List<Refusal.Field> wrong = card.problems(clock.instant());
        if (!wrong.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID, "The card cannot be used.", wrong);
        }
        ManualProvider.mustBeTestCard(card);
        InvoiceId invoiceId = InvoiceIds.of(id);
        payments.pay(invoiceId, card, usable(key), caller.cause(clock.instant()));
        return reader.find(invoiceId).orElse(invoice);
    }

    @PostMapping("/operator/invoices/{id}/mark_paid")
    InvoiceView markPaid(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = KEY, required = false) @Nullable String key,
            @RequestBody(required = false) @Nullable MarkPaidRequest request) {
        caller.mustBeOperator();
        String reference = request == null ? null : request.reference();
        if (reference != null && reference.length() > MAX_REFERENCE) {
            throw Refusal.invalid("reference", "has at most %d characters".formatted(MAX_REFERENCE));
        }
        InvoiceId invoice = InvoiceIds.of(id);
        payments.markPaid(invoice, reference, usable(key), caller.cause(clock.instant()));
        return reader.find(invoice).orElseThrow(() -> InvoiceIds.unknown(id));
    }

    private static @Nullable String usable(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
            throw Refusal.invalid(KEY, "has 1 to %d characters".formatted(MAX_KEY));
        }
        return key;
    }
}
