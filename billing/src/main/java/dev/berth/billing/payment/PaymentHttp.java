package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceIds;
import dev.berth.billing.invoice.InvoiceReader;
import dev.berth.billing.invoice.InvoiceView;
import dev.berth.schema.db.billing.tables.records.PaymentRecord;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Paying: with a kept card or, where no provider keeps any, a test card; by word of the operator; and what became of it. */
@RestController
@RequestMapping("/internal/v1")
class PaymentHttp {
    private static final int MAX_REFERENCE = 200;
    private static final int MAX_KEY = 255;

    /** Names what is asked: the same for each repetition of one request, whoever repeats it. */
    private static final String KEY = "Idempotency-Key";

    private final DSLContext dsl;
    private final Payments payments;
    private final PaymentProvider provider;
    private final KeptMethods methods;
    private final Refunds refunds;
    private final InvoiceReader reader;
    private final InstantSource clock;

    PaymentHttp(
            DSLContext dsl,
            Payments payments,
            PaymentProvider provider,
            KeptMethods methods,
            Refunds refunds,
            InvoiceReader reader,
            InstantSource clock) {
        this.dsl = dsl;
        this.payments = payments;
        this.provider = provider;
        this.methods = methods;
        this.refunds = refunds;
        this.reader = reader;
        this.clock = clock;
    }

    record PayRequest(@Nullable Card card, @Nullable String paymentMethod) {}

    record MarkPaidRequest(@Nullable String reference) {}

    /** An attempt as the API shows it, with what went back of it. */
    record AttemptView(
            PaymentId id,
            int attempt,
            String provider,
            String state,
            Money amount,
            @Nullable PaymentMethodId paymentMethod,
            boolean automatic,
            @Nullable String code,
            @Nullable String message,
            @Nullable String actionUrl,
            @Nullable Instant actionDeadline,
            Instant createdAt,
            @Nullable Instant finishedAt,
            List<RefundView> refunds) {
        static AttemptView of(PaymentRecord row, List<RefundView> ofInvoice) {
            boolean asks = row.getState().equals(PaymentState.REQUIRES_ACTION.text());
            return new AttemptView(
                    row.getPaymentId(),
                    row.getAttempt(),
                    row.getProvider(),
                    row.getState(),
                    new Money(row.getAmountMinor(), row.getCurrency()),
                    row.getPaymentMethodId(),
                    !row.getCustomerPresent(),
                    row.getCode(),
                    row.getMessage(),
                    asks ? row.getActionUrl() : null,
                    asks ? row.getActionDeadline() : null,
                    row.getCreatedAt(),
                    row.getFinishedAt(),
                    ofInvoice.stream()
                            .filter(refund -> refund.payment().equals(row.getPaymentId()))
                            .toList());
        }
    }

    @GetMapping("/invoices/{id}/payments")
    Page<AttemptView> attempts(Caller caller, @PathVariable String id) {
        InvoiceView invoice = seen(caller, id);
        List<RefundView> refunded = refunds.ofInvoice(InvoiceIds.of(id));
        List<AttemptView> attempts = dsl.selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice.id()))
                .orderBy(PAYMENT.ATTEMPT.desc())
                .limit(Page.MAX)
                .fetch(row -> AttemptView.of(row, refunded));
        return new Page<>(attempts, null);
    }

    @PostMapping("/invoices/{id}/pay")
    InvoiceView pay(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = KEY, required = false) @Nullable String key,
            @RequestBody PayRequest request) {
        InvoiceView invoice = seen(caller, id);
        InvoiceId invoiceId = InvoiceIds.of(id);
        if (provider.keepsMethods()) {
            if (request.card() != null) {
                throw Refusal.invalid(
                        "card", "is typed in on the provider's page only: add it with POST /v1/payment_methods");
            }
            payments.payKept(
                    invoiceId, chosen(invoice, request.paymentMethod()), usable(key), caller.cause(clock.instant()));
        } else {
            payments.pay(invoiceId, testCard(request), usable(key), caller.cause(clock.instant()));
        }
        return reader.find(invoiceId).orElse(invoice);
    }

    private Card testCard(PayRequest request) {
        if (request.paymentMethod() != null) {
            throw Refusal.invalid("payment_method", "no provider that keeps cards is set here");
        }
        Card card = request.card();
        if (card == null) {
            throw Refusal.invalid("card", "is missing");
        }
        List<Refusal.Field> wrong = card.problems(clock.instant());
        if (!wrong.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID, "The card cannot be used.", wrong);
        }
        ManualProvider.mustBeTestCard(card);
        return card;
    }

    private PaymentMethodId chosen(InvoiceView invoice, @Nullable String named) {
        if (named == null) {
            return methods.defaultOf(dsl, invoice.account())
                    .map(KeptMethods.Kept::id)
                    .orElseThrow(() -> new Refusal(
                            ErrorCode.NO_PAYMENT_METHOD,
                            "The account has no payment method, and the call names none."));
        }
        return methods.require(dsl, invoice.account(), named).id();
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

    private InvoiceView seen(Caller caller, String id) {
        return reader.find(InvoiceIds.of(id))
                .filter(view -> caller.maySee(view.account()))
                .orElseThrow(() -> InvoiceIds.unknown(id));
    }

    private static @Nullable String usable(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
            throw Refusal.invalid(KEY, "has 1 to %d characters".formatted(MAX_KEY));
        }
        return key;
    }
}
