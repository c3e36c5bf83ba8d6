package dev.berth.billing.payment;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.CreditNoteView;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.invoice.InvoiceRepository;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.payment.PaymentProvider.PaidBack;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.RefundRecord;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.RefundId;
import dev.berth.schema.invoice.RefundFailed;
import dev.berth.schema.invoice.RefundSucceeded;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Pays back what credit notes take back of paid invoices, by the way the money came. A refund is committed and booked (credit to cash)
 * before the provider is asked, as the provider takes it from the balance when it is asked; its result is recorded after, and what is
 * left in between by a crash is gone on with by {@link #janitor}. One that fails is booked back and becomes credit. Thread-safe.
 */
@Component
public final class Refunds {
    /** After this a refund without a result is looked up. */
    static final Duration LOOK_UP_AFTER = Duration.ofMinutes(1);

    /** Between two looks at one of which nothing is known. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** Between two looks at one that the provider's bank is at, which takes days; it also tells by itself. */
    static final Duration LOOK_LATER = Duration.ofHours(1);

    private static final int PASS = 100;

    private final DSLContext dsl;
    private final CreditNotes notes;
    private final InvoiceRepository invoices;
    private final RefundRepository rows = new RefundRepository();
    private final Ledger ledger;
    private final Outbox outbox;
    private final PaymentProvider provider;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;

    public Refunds(
            DSLContext dsl,
            CreditNotes notes,
            InvoiceRepository invoices,
            Ledger ledger,
            Outbox outbox,
            PaymentProvider provider,
            ApplicationEventPublisher events,
            InstantSource clock) {
        this.dsl = dsl;
        this.notes = notes;
        this.invoices = invoices;
        this.ledger = ledger;
        this.outbox = outbox;
        this.provider = provider;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Issues a credit note and pays back what was paid of it: as much as the payments of the invoice have left, the rest becomes credit.
     *
     * @param reference of the transfer by which the operator pays back what came in by hand; null when all goes by the provider
     * @throws Refusal as {@link CreditNotes#issue}, {@code refund_refused} when nothing can be paid back or a payment is contested,
     *     {@code payment_provider_not_set}, {@code invalid}
     */
    public CreditNoteView issue(CreditNotes.Asked asked, @Nullable String reference, Cause cause) {
        List<RefundRecord> begun = new ArrayList<>();
        CreditNotes.Issued issued = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            List<RefundRules.Part> parts = new ArrayList<>();
            rows.lockPayments(transaction, asked.invoice());
            CreditNotes.Issued note = notes.issue(
                    transaction,
                    asked,
                    paid -> {
                        parts.addAll(plan(transaction, asked.invoice(), paid, reference));
                        return RefundRules.sum(parts);
                    },
                    cause);
            if (note.fresh()) {
                CreditNoteView view = notes.find(transaction, note.id()).orElseThrow();
                begun.addAll(begin(transaction, view, parts, new Asked(reference, asked.key()), cause));
            }
            return note;
        });
        issued.settled().ifPresent(events::publishEvent);
        ask(begun);
        return notes.find(issued.id()).orElseThrow();
    }

    /** What an operator says of a refund: the transfer by which it was made by hand, and the key of the request. */
    private record Asked(
            @Nullable String reference, @Nullable String key) {}

    /**
     * Pays back what a credit note became as credit, as long as nothing of it is used. What cannot go back by the way it came is credit
     * as before.
     *
     * @param key what a repetition of the request is known by, null when it cannot be
     * @throws Refusal {@code not_found}, {@code credit_refused} when something is used, and as {@link #issue}
     */
    public List<RefundRecord> refund(CreditNoteId id, @Nullable String reference, @Nullable String key, Cause cause) {
        CreditNoteView note = notes.find(id)
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no credit note %s.".formatted(id)));
        List<RefundRecord> begun = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            rows.lockPayments(transaction, note.invoice());
            String currency =
                    invoices.lock(transaction, note.invoice()).orElseThrow().currency();
            if (key != null && !rows.byKey(transaction, id, key).isEmpty()) {
                return List.of();
            }
            long credit = notes.takeCredit(transaction, id, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            List<RefundRules.Part> parts = plan(transaction, note.invoice(), new Money(credit, currency), reference);
            long rest = credit - RefundRules.sum(parts);
            if (rest > 0) {
                notes.giveCredit(transaction, note, rest, "Taken back from invoice " + note.invoiceNumber(), cause);
            }
            return begin(transaction, note, parts, new Asked(reference, key), cause);
        });
        ask(begun);
        return rows.ofNote(dsl, id);
    }

    /** How much each payment of an invoice gives back, which is locked as they are. */
    private List<RefundRules.Part> plan(
            DSLContext transaction, InvoiceId invoice, Money wanted, @Nullable String reference) {
        if (wanted.amountMinor() == 0) {
            throw refused("Of what the credit note takes back nothing was paid, or nothing of it is credit any more.");
        }
        List<RefundRules.Paid> paid = rows.paid(transaction, invoice);
        if (rows.contested(transaction, invoice)) {
            throw refused(
                    "A payment of the invoice is contested, and its bank has the money; wait until the dispute is decided.");
        }
        List<RefundRules.Part> parts = RefundRules.split(
                paid,
                wanted.amountMinor(),
                (payment, amount) ->
                        manual(payment.provider()) ? amount : provider.chargeable(amount, wanted.currency()));
        if (parts.isEmpty()) {
            throw refused(
                    paid.isEmpty()
                            ? "No money came in for the invoice."
                            : "All that came in for the invoice went back, or its bank took it away.");
        }
        for (RefundRules.Part part : parts) {
            String by = part.paid().provider();
            if (manual(by) && reference == null) {
                throw Refusal.invalid(
                        "reference", "what came in by hand is paid back by hand: name the transfer that was made");
            }
            if (!manual(by) && !by.equals(provider.name())) {
                throw new Refusal(
                        ErrorCode.PAYMENT_PROVIDER_NOT_SET,
                        "The payment %s came by %s, which is not set up here."
                                .formatted(part.paid().id(), by));
            }
        }
        return parts;
    }

    private static boolean manual(String provider) {
        return provider.equals(ManualProvider.NAME);
    }

    private static Refusal refused(String detail) {
        return new Refusal(ErrorCode.REFUND_REFUSED, detail);
    }

    /** Writes refunds down and books them; those by hand are made already. */
    private List<RefundRecord> begin(
            DSLContext transaction, CreditNoteView note, List<RefundRules.Part> parts, Asked asked, Cause cause) {
        Instant now = clock.instant();
        List<RefundRecord> begun = new ArrayList<>();
        for (RefundRules.Part part : parts) {
            boolean manual = manual(part.paid().provider());
            RefundRecord row = new RefundRecord();
            row.setRefundId(RefundId.next());
            row.setCreditNoteId(note.id());
            row.setPaymentId(part.paid().id());
            row.setInvoiceId(note.invoice());
            row.setAccountId(note.account());
            row.setProvider(part.paid().provider());
            row.setIdempotencyKey("berth:refund:%s:create".formatted(row.getRefundId()));
            row.setCurrency(note.total().currency());
            row.setAmountMinor(part.amountMinor());
            row.setState((manual ? RefundState.SUCCEEDED : RefundState.PENDING).text());
            row.setReference(manual ? asked.reference() : null);
            row.setFinishedAt(manual ? now : null);
            row.setRequestKey(asked.key());
            row.setCreatedAt(now);
            row.setOperation(cause.operation());
            row.setActor(cause.actor());
            row.setCausedAt(cause.at());
            rows.insert(transaction, row);
            post(transaction, row, "issued", row.getAmountMinor(), now);
            if (manual) {
                outbox.append(transaction, succeeded(row, now), cause);
            } else {
                begun.add(row);
            }
        }
        return begun;
    }

    private void ask(List<RefundRecord> begun) {
        for (RefundRecord row : begun) {
            record(row.getRefundId(), provider.payBack(row.getIdempotencyKey()));
        }
    }

    /**
     * Goes on with refunds whose answer was lost, and looks at those that a bank is at.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many have a result now
     */
    public int janitor(Consumer<DSLContext> fence) {
        int resolved = 0;
        Instant now = clock.instant();
        // those of another provider wait until it is configured again
        for (RefundRecord row : rows.openSince(dsl, provider.name(), now.minus(LOOK_UP_AFTER), now, PASS)) {
            dsl.transaction(configuration -> fence.accept(configuration.dsl()));
            if (!record(row.getRefundId(), provider.payBack(row.getIdempotencyKey()))
                    .open()) {
                resolved++;
            }
        }
        return resolved;
    }

    /** Records what the provider says of one by itself; in any order, any number of times, with one result. */
    public RefundState observed(RefundId id, PaidBack seen) {
        return record(id, seen);
    }

    /**
     * Records a result, once.
     *
     * @return what holds now
     */
    private RefundState record(RefundId id, PaidBack outcome) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            RefundRecord row = rows.lock(transaction, id);
            return AccountTime.within(transaction, row.getAccountId(), () -> record(transaction, row, outcome));
        });
    }

    private RefundState record(DSLContext transaction, RefundRecord row, PaidBack outcome) {
        RefundState before = RefundState.of(row.getState());
        Instant now = clock.instant();
        return switch (outcome) {
            case PaidBack.Seen(RefundState state, String reference, String code, String message) -> {
                row.setReference(reference);
                yield move(transaction, row, state, code, message, now);
            }
            case PaidBack.Refused(String code, String message)
            when before == RefundState.PENDING && row.getReference() == null ->
                move(transaction, row, RefundState.FAILED, code, message, now);
            case PaidBack.Refused _, PaidBack.Unknown _ -> {
                rows.lookAgain(transaction, row.getRefundId(), now.plus(LOOK_AGAIN));
                yield before;
            }
        };
    }

    private RefundState move(
            DSLContext transaction, RefundRecord row, RefundState seen, String code, String message, Instant now) {
        RefundState before = RefundState.of(row.getState());
        RefundState next = RefundRules.next(before, seen);
        Cause cause = new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null);
        row.setState(next.text());
        row.setLookAt(next.open() ? now.plus(LOOK_LATER) : null);
        if (next != before && !next.open()) {
            row.setFinishedAt(now);
            if (next.over()) {
                outbox.append(transaction, failed(transaction, row, code, message, now), cause);
            } else {
                outbox.append(transaction, succeeded(row, now), cause);
            }
        }
        transaction.executeUpdate(row);
        return next;
    }

    /** It stays here: cash again, and the customer's credit. */
    private RefundFailed failed(DSLContext transaction, RefundRecord row, String code, String message, Instant now) {
        Cause cause = new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null);
        CreditNoteView note = notes.find(transaction, row.getCreditNoteId()).orElseThrow();
        post(transaction, row, "failed", -row.getAmountMinor(), now);
        CreditGrantId grant = notes.giveCredit(
                transaction,
                note,
                row.getAmountMinor(),
                "Could not be paid back by the way it came: invoice " + note.invoiceNumber(),
                cause);
        row.setCode(code);
        row.setMessage(message);
        row.setCreditGrantId(grant);
        return new RefundFailed(
                row.getAccountId(),
                row.getInvoiceId(),
                row.getCreditNoteId(),
                row.getRefundId(),
                row.getPaymentId(),
                row.getProvider(),
                row.getCurrency(),
                row.getAmountMinor(),
                code,
                message,
                grant,
                now);
    }

    private static RefundSucceeded succeeded(RefundRecord row, Instant now) {
        return new RefundSucceeded(
                row.getAccountId(),
                row.getInvoiceId(),
                row.getCreditNoteId(),
                row.getRefundId(),
                row.getPaymentId(),
                row.getProvider(),
                row.getCurrency(),
                row.getAmountMinor(),
                now);
    }

    private void post(DSLContext transaction, RefundRecord row, String what, long amountMinor, Instant now) {
        ledger.post(
                transaction,
                new Posting(
                        "refund:%s:%s".formatted(row.getRefundId(), what),
                        "refund_" + what,
                        row.getAccountId(),
                        row.getInvoiceId(),
                        row.getPaymentId(),
                        row.getCurrency(),
                        Map.of(LedgerAccount.CREDIT, amountMinor, LedgerAccount.CASH, -amountMinor),
                        now,
                        new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null)));
    }

    /** Those of an invoice's payments, the newest first. */
    List<RefundView> ofInvoice(InvoiceId invoice) {
        return rows.ofInvoice(dsl, invoice).stream().map(RefundView::of).toList();
    }

    /** Those of all accounts, the newest first, after one; in a state, or in any. */
    List<RefundView> page(@Nullable RefundState state, @Nullable RefundId before, int limit) {
        return rows.page(dsl, state, before, limit).stream().map(RefundView::of).toList();
    }
}
