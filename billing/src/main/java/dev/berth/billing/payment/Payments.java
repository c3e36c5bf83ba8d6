package dev.berth.billing.payment;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.Invoice;
import dev.berth.billing.invoice.InvoiceIds;
import dev.berth.billing.invoice.InvoiceRepository;
import dev.berth.billing.invoice.InvoiceSettled;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.payment.PaymentProvider.Outcome;
import dev.berth.schema.Cause;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Takes money for invoices: the attempt is committed before the provider is asked, its result after, and what is left in between by a
 * crash is looked up by {@link #janitor}. A request that carries a key is one attempt, however often it comes: a repetition is
 * answered with what became of that. Thread-safe.
 */
@Component
public final class Payments {
    /** After this an attempt without a result is looked up. */
    public static final Duration LOOK_UP_AFTER = Duration.ofMinutes(1);

    private static final int PASS = 100;

    private final DSLContext dsl;
    private final InvoiceRepository invoices;
    private final PaymentRepository attempts = new PaymentRepository();
    private final Ledger ledger;
    private final Outbox outbox;
    private final PaymentProvider provider;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;

    public Payments(
            DSLContext dsl,
            InvoiceRepository invoices,
            Ledger ledger,
            Outbox outbox,
            PaymentProvider provider,
            ApplicationEventPublisher events,
            InstantSource clock) {
        this.dsl = dsl;
        this.invoices = invoices;
        this.ledger = ledger;
        this.outbox = outbox;
        this.provider = provider;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Pays an invoice with a card.
     *
     * @param key what a repetition of the request is known by, null when it cannot be
     * @throws Refusal {@code already_paid}, {@code not_payable}, {@code payment_in_progress}, {@code card_declined},
     *     {@code insufficient_funds}, {@code payment_unknown}, or {@code payment_given_up}
     */
    public void pay(InvoiceId invoice, Card card, @Nullable String key, Cause cause) {
        if (repeats(invoice, key)) {
            return;
        }
        PaymentRepository.Attempt attempt = dsl.transactionResult(
                configuration -> begin(configuration.dsl(), invoice, provider.name(), card.last4(), key, cause));
        Outcome outcome = provider.charge(
                new PaymentProvider.Charge(attempt.idempotencyKey(), attempt.amountMinor(), attempt.currency(), card));
        PaymentState state = record(attempt.id(), outcome);
        if (state == PaymentState.SUCCEEDED) {
            return;
        }
        if (outcome instanceof Outcome.Succeeded) {
            throw new Refusal(
                    ErrorCode.PAYMENT_GIVEN_UP,
                    "The attempt to pay %s took so long that it was recorded as %s before its answer came."
                            .formatted(invoice, state.text()));
        }
        answer(outcome);
    }

    /**
     * Whether a request with the key has paid.
     *
     * @throws Refusal if it was refused, or has no result yet
     */
    private boolean repeats(InvoiceId invoice, @Nullable String key) {
        Optional<Outcome> before = key == null ? Optional.empty() : attempts.outcomeOf(dsl, invoice, key);
        before.ifPresent(Payments::answer);
        return before.isPresent();
    }

    private static void answer(Outcome outcome) {
        switch (outcome) {
            case Outcome.Succeeded _ -> {}
            case Outcome.Declined(String code, String message) ->
                throw new Refusal(
                        code.equals("insufficient_funds") ? ErrorCode.INSUFFICIENT_FUNDS : ErrorCode.CARD_DECLINED,
                        message);
            case Outcome.Unknown(String message) -> throw new Refusal(ErrorCode.PAYMENT_UNKNOWN, message);
        }
    }

    /**
     * Records that the operator has the money: nobody is asked, so that the attempt and its success are one transaction.
     *
     * @param key what a repetition of the request is known by, null when it cannot be
     * @throws Refusal {@code already_paid}, {@code not_payable}, or {@code payment_in_progress}
     */
    public void markPaid(InvoiceId invoice, @Nullable String reference, @Nullable String key, Cause cause) {
        if (repeats(invoice, key)) {
            return;
        }
        InvoiceSettled settled = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            PaymentRepository.Attempt attempt = begin(transaction, invoice, ManualProvider.NAME, null, key, cause);
            return succeed(transaction, attempt, reference == null ? "marked paid" : reference);
        });
        events.publishEvent(settled);
    }

    /**
     * Finds out what became of attempts whose answer was lost.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many have a result now
     */
    public int janitor(Consumer<DSLContext> fence) {
        int resolved = 0;
        Instant before = clock.instant().minus(LOOK_UP_AFTER);
        for (PaymentRepository.Attempt attempt : attempts.pendingSince(dsl, before, PASS)) {
            if (!attempt.provider().equals(provider.name())) {
                continue; // it waits until its provider is configured again
            }
            dsl.transaction(configuration -> fence.accept(configuration.dsl()));
            Outcome outcome = provider.lookUp(attempt.idempotencyKey());
            if (!(outcome instanceof Outcome.Unknown)) {
                record(attempt.id(), outcome);
                resolved++;
            }
        }
        return resolved;
    }

    private PaymentRepository.Attempt begin(
            DSLContext transaction,
            InvoiceId id,
            String by,
            @Nullable String last4,
            @Nullable String key,
            Cause cause) {
        Invoice invoice = invoices.lock(transaction, id).orElseThrow(() -> InvoiceIds.unknown(id.toString()));
        if (invoice.status() == InvoiceStatus.PAID) {
            throw new Refusal(ErrorCode.ALREADY_PAID, "The invoice %s is paid.".formatted(invoice.number()));
        }
        if (!invoice.status().mayBecome(InvoiceStatus.PAID)) {
            throw new Refusal(
                    ErrorCode.NOT_PAYABLE,
                    "The invoice %s is %s.".formatted(id, invoice.status().text()));
        }
        if (attempts.pending(transaction, id)) {
            throw new Refusal(ErrorCode.PAYMENT_IN_PROGRESS, "An attempt to pay %s has no result yet.".formatted(id));
        }
        return attempts.begin(transaction, invoice, by, last4, key, clock.instant(), cause);
    }

    /**
     * Records a result, once.
     *
     * @return what holds now: another may have found out before
     */
    private PaymentState record(PaymentId id, Outcome outcome) {
        List<InvoiceSettled> settled = new ArrayList<>(1);
        PaymentState state = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            var pending = attempts.lockPending(transaction, id);
            if (pending.isEmpty()) {
                return attempts.stateOf(transaction, id);
            }
            PaymentRepository.Attempt attempt = pending.get();
            return switch (outcome) {
                case Outcome.Succeeded(String reference) -> {
                    settled.add(succeed(transaction, attempt, reference));
                    yield PaymentState.SUCCEEDED;
                }
                case Outcome.Declined(String code, String message) -> {
                    fail(transaction, attempt, code, message);
                    yield PaymentState.FAILED;
                }
                case Outcome.Unknown _ -> PaymentState.PENDING;
            };
        });
        settled.forEach(events::publishEvent);
        return state;
    }

    private InvoiceSettled succeed(DSLContext transaction, PaymentRepository.Attempt attempt, String reference) {
        Invoice invoice = invoices.lock(transaction, attempt.invoice()).orElseThrow();
        Instant now = clock.instant();
        attempts.succeeded(transaction, attempt.id(), reference, now);
        post(transaction, invoice, attempt, now);
        if (invoice.status().mayBecome(InvoiceStatus.PAID)) {
            invoices.settle(transaction, invoice.id(), InvoiceStatus.PAID, now, "");
        }
        outbox.append(transaction, succeeded(invoice, attempt, now), attempt.cause());
        return new InvoiceSettled(invoice.account(), invoice.id(), attempt.cause());
    }

    private void fail(DSLContext transaction, PaymentRepository.Attempt attempt, String code, String message) {
        Invoice invoice = invoices.find(transaction, attempt.invoice()).orElseThrow();
        Instant now = clock.instant();
        attempts.failed(transaction, attempt.id(), code, message, now);
        outbox.append(transaction, failed(invoice, attempt, code, message, now), attempt.cause());
    }

    private void post(DSLContext transaction, Invoice invoice, PaymentRepository.Attempt attempt, Instant now) {
        long amount = attempt.amountMinor();
        LedgerAccount from = switch (invoice.status()) {
            case FINAL -> LedgerAccount.RECEIVABLE;
            case UNCOLLECTIBLE -> LedgerAccount.WRITE_OFF;
            // taken back, or paid otherwise, while the provider was asked: it is the customer's, and the next invoice
            // uses it up
            case VOID, PAID, DRAFT, GATHERING -> LedgerAccount.CREDIT;
        };
        ledger.post(
                transaction,
                new Posting(
                        "payment:%s:succeeded".formatted(attempt.id()),
                        "payment_succeeded",
                        invoice.account(),
                        invoice.id(),
                        attempt.id(),
                        invoice.currency(),
                        Map.of(LedgerAccount.CASH, amount, from, -amount),
                        now,
                        attempt.cause()));
    }

    private static PaymentSucceeded succeeded(Invoice invoice, PaymentRepository.Attempt attempt, Instant now) {
        return new PaymentSucceeded(
                invoice.account(),
                invoice.id(),
                attempt.id(),
                attempt.provider(),
                invoice.currency(),
                attempt.amountMinor(),
                attempt.amountMinor() == invoice.amountDueMinor(),
                now);
    }

    private static PaymentFailed failed(
            Invoice invoice, PaymentRepository.Attempt attempt, String code, String message, Instant now) {
        return new PaymentFailed(
                invoice.account(),
                invoice.id(),
                attempt.id(),
                attempt.provider(),
                invoice.currency(),
                attempt.amountMinor(),
                code,
                Objects.requireNonNull(message),
                now);
    }
}
