package dev.berth.billing.payment;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.Invoice;
import dev.berth.billing.invoice.InvoiceIds;
import dev.berth.billing.invoice.InvoiceRepository;
import dev.berth.billing.invoice.InvoiceSettled;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.payment.PaymentProvider.Outcome;
import dev.berth.billing.payment.PaymentRepository.Asked;
import dev.berth.billing.payment.PaymentRepository.Attempt;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

    /** How long a customer has to answer the bank. */
    public static final Duration ACTION_TIME = Duration.ofHours(23);

    /** Between two looks at an attempt without a result. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final int PASS = 100;

    private final DSLContext dsl;
    private final InvoiceRepository invoices;
    private final PaymentRepository attempts = new PaymentRepository();
    private final Collecting collecting = new Collecting();
    private final Results results;
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
        this.results = new Results(invoices, attempts, collecting, ledger, outbox);
        this.provider = provider;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Pays an invoice with a card that was typed in.
     *
     * @param key what a repetition of the request is known by, null when it cannot be
     * @throws Refusal {@code already_paid}, {@code not_payable}, {@code payment_in_progress}, {@code card_declined},
     *     {@code insufficient_funds}, or {@code payment_unknown}
     */
    public void pay(InvoiceId invoice, Card card, @Nullable String key, Cause cause) {
        if (repeats(invoice, key)) {
            return;
        }
        Attempt attempt = begin(invoice, card.last4(), null, key, cause);
        charge(attempt, card);
    }

    /**
     * Pays an invoice with a way to pay that is kept at the provider, while the customer is there to answer the bank. An attempt
     * that waits for such an answer is ended first.
     *
     * @throws Refusal as {@link #pay}, and {@code payment_action_required}
     */
    public void payKept(InvoiceId invoice, PaymentMethodId method, @Nullable String key, Cause cause) {
        if (repeats(invoice, key)) {
            return;
        }
        Optional<Attempt> waiting =
                attempts.open(dsl, invoice).filter(open -> open.state() == PaymentState.REQUIRES_ACTION);
        if (waiting.isPresent()) {
            PaymentState ended =
                    record(waiting.get().id(), provider.abandon(waiting.get().idempotencyKey()));
            if (ended == PaymentState.SUCCEEDED) {
                return;
            }
        }
        Attempt attempt = begin(invoice, null, method, key, cause);
        charge(attempt, null);
    }

    private void charge(Attempt attempt, @Nullable Card card) {
        Outcome outcome = provider.charge(
                new PaymentProvider.Charge(attempt.idempotencyKey(), attempt.amountMinor(), attempt.currency(), card));
        PaymentState state = record(attempt.id(), outcome);
        if (state == PaymentState.SUCCEEDED) {
            return;
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
            case Outcome.ActionRequired action ->
                throw new Refusal(
                        ErrorCode.PAYMENT_ACTION_REQUIRED,
                        "The bank asks the card's owner to confirm it: " + action.url());
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
            Invoice locked = payable(transaction, invoice);
            Asked asked = new Asked(ManualProvider.NAME, locked.amountDueMinor(), null, null, true, null, key);
            Instant now = clock.instant();
            Attempt attempt = attempts.begin(transaction, locked, asked, now, cause);
            return results.succeed(transaction, attempt, reference == null ? "marked paid" : reference, now);
        });
        events.publishEvent(settled);
    }

    /**
     * Pays what is final with the default of its account, and again what failed and is due.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many attempts were made
     */
    public int collect(Consumer<DSLContext> fence) {
        int made = 0;
        Instant now = clock.instant();
        InvoiceId last = null;
        if (!provider.keepsMethods()) {
            return 0;
        }
        List<Collecting.Due> page;
        do {
            page = collecting.due(dsl, now, last, PASS);
            for (Collecting.Due due : page) {
                Optional<Attempt> attempt = dsl.transactionResult(configuration -> {
                    fence.accept(configuration.dsl());
                    return turn(configuration.dsl(), due, now);
                });
                if (attempt.isPresent()) {
                    made++;
                    Attempt begun = attempt.get();
                    record(
                            begun.id(),
                            provider.charge(new PaymentProvider.Charge(
                                    begun.idempotencyKey(), begun.amountMinor(), begun.currency(), null)));
                }
                last = due.invoice();
            }
        } while (page.size() == PASS);
        return made;
    }

    /** Begins an automatic attempt, if the invoice is still owed and due, and nobody else is at it. */
    private Optional<Attempt> turn(DSLContext transaction, Collecting.Due due, Instant now) {
        Invoice invoice = invoices.lock(transaction, due.invoice()).orElseThrow();
        if (invoice.status() != InvoiceStatus.FINAL
                || invoice.amountDueMinor() <= 0
                || attempts.open(transaction, invoice.id()).isPresent()
                || !collecting.take(transaction, invoice.id(), invoice.account(), now)) {
            return Optional.empty();
        }
        long amount = provider.chargeable(invoice.amountDueMinor(), invoice.currency());
        if (amount == 0) {
            collecting.stop(transaction, invoice.id(), "amount_too_small", now);
            return Optional.empty();
        }
        Asked asked =
                new Asked(provider.name(), amount, null, due.method(), false, provider.returnUrl(invoice.id()), null);
        return Optional.of(attempts.begin(transaction, invoice, asked, now, Cause.platform(now)));
    }

    /**
     * Finds out what became of attempts whose answer was lost, and ends those that waited for the customer for too long.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many have a result now
     */
    public int janitor(Consumer<DSLContext> fence) {
        int resolved = 0;
        Instant now = clock.instant();
        // those of another provider wait until it is configured again
        for (Attempt attempt : attempts.openSince(dsl, provider.name(), now.minus(LOOK_UP_AFTER), now, PASS)) {
            dsl.transaction(configuration -> fence.accept(configuration.dsl()));
            boolean late = attempt.actionDeadline() != null && !now.isBefore(attempt.actionDeadline());
            Outcome outcome =
                    late ? provider.abandon(attempt.idempotencyKey()) : provider.lookUp(attempt.idempotencyKey());
            if (!record(attempt.id(), outcome).open()) {
                resolved++;
            }
        }
        return resolved;
    }

    /** Records what the provider says of an attempt by itself; in any order, any number of times, with one result. */
    public PaymentState observed(PaymentId attempt, Outcome outcome) {
        AccountId account = attempts.accountOf(dsl, attempt);
        return AccountTime.within(dsl, account, () -> record(attempt, outcome));
    }

    private Attempt begin(
            InvoiceId id, @Nullable String last4, @Nullable PaymentMethodId method, @Nullable String key, Cause cause) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            Invoice invoice = payable(transaction, id);
            long amount = provider.chargeable(invoice.amountDueMinor(), invoice.currency());
            if (amount == 0) {
                throw new Refusal(
                        ErrorCode.NOT_PAYABLE,
                        "%s has no unit as small as what is owed on %s.".formatted(provider.name(), id));
            }
            String back = method == null ? null : provider.returnUrl(id);
            Asked asked = new Asked(provider.name(), amount, last4, method, true, back, key);
            return attempts.begin(transaction, invoice, asked, clock.instant(), cause);
        });
    }

    private Invoice payable(DSLContext transaction, InvoiceId id) {
        Invoice invoice = invoices.lock(transaction, id).orElseThrow(() -> InvoiceIds.unknown(id.toString()));
        if (invoice.status() == InvoiceStatus.PAID) {
            throw new Refusal(ErrorCode.ALREADY_PAID, "The invoice %s is paid.".formatted(invoice.number()));
        }
        if (!invoice.status().mayBecome(InvoiceStatus.PAID)) {
            throw new Refusal(
                    ErrorCode.NOT_PAYABLE,
                    "The invoice %s is %s.".formatted(id, invoice.status().text()));
        }
        if (attempts.open(transaction, id).isPresent()) {
            throw new Refusal(ErrorCode.PAYMENT_IN_PROGRESS, "An attempt to pay %s has no result yet.".formatted(id));
        }
        return invoice;
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
            Attempt attempt = attempts.lock(transaction, id);
            PaymentState before = attempt.state();
            Instant now = clock.instant();
            return switch (outcome) {
                case Outcome.Succeeded(String reference)
                when before != PaymentState.SUCCEEDED -> {
                    settled.add(results.succeed(transaction, attempt, reference, now));
                    yield PaymentState.SUCCEEDED;
                }
                case Outcome.Declined(String code, String message)
                when before.open() -> {
                    results.fail(transaction, attempt, code, message, now);
                    yield PaymentState.FAILED;
                }
                case Outcome.ActionRequired action
                when before == PaymentState.PENDING -> {
                    results.ask(transaction, attempt, action, now);
                    yield PaymentState.REQUIRES_ACTION;
                }
                case Outcome.Succeeded _, Outcome.Declined _ -> before;
                case Outcome.ActionRequired _, Outcome.Unknown _ -> {
                    attempts.lookAgain(transaction, id, now.plus(LOOK_AGAIN));
                    yield before;
                }
            };
        });
        settled.forEach(events::publishEvent);
        return state;
    }
}
