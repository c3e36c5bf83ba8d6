package dev.berth.billing.payment;

import dev.berth.billing.invoice.Invoice;
import dev.berth.billing.invoice.InvoiceRepository;
import dev.berth.billing.invoice.InvoiceSettled;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.payment.PaymentProvider.Outcome;
import dev.berth.billing.payment.PaymentRepository.Attempt;
import dev.berth.schema.invoice.PaymentActionRequired;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentRetryScheduled;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** What a result does, in the transaction that has locked the attempt: invoice, books, the next try, and who is told. */
final class Results {
    private final InvoiceRepository invoices;
    private final PaymentRepository attempts;
    private final Collecting collecting;
    private final Ledger ledger;
    private final Outbox outbox;

    Results(
            InvoiceRepository invoices,
            PaymentRepository attempts,
            Collecting collecting,
            Ledger ledger,
            Outbox outbox) {
        this.invoices = invoices;
        this.attempts = attempts;
        this.collecting = collecting;
        this.ledger = ledger;
        this.outbox = outbox;
    }

    /** The money is in. */
    InvoiceSettled succeed(DSLContext transaction, Attempt attempt, String reference, Instant now) {
        Invoice invoice = invoices.lock(transaction, attempt.invoice()).orElseThrow();
        boolean surplus = invoice.status() == InvoiceStatus.PAID;
        attempts.succeeded(transaction, attempt.id(), reference, surplus, now);
        post(transaction, invoice, attempt, now);
        if (invoice.status().mayBecome(InvoiceStatus.PAID)) {
            invoices.settle(transaction, invoice.id(), InvoiceStatus.PAID, now, "");
        }
        collecting.paid(transaction, invoice.id(), now);
        outbox.append(
                transaction,
                new PaymentSucceeded(
                        invoice.account(),
                        invoice.id(),
                        attempt.id(),
                        attempt.provider(),
                        invoice.currency(),
                        attempt.amountMinor(),
                        attempt.amountMinor() + attempt.roundedMinor() == invoice.amountDueMinor(),
                        now),
                attempt.cause());
        return new InvoiceSettled(invoice.account(), invoice.id(), attempt.cause());
    }

    /** It is not, and will not be. */
    void fail(DSLContext transaction, Attempt attempt, String code, String message, Instant now) {
        Invoice invoice = invoices.find(transaction, attempt.invoice()).orElseThrow();
        attempts.failed(transaction, attempt.id(), code, message, now);
        List<Outbox.Draft> told = new ArrayList<>(2);
        told.add(new Outbox.Draft(
                new PaymentFailed(
                        invoice.account(),
                        invoice.id(),
                        attempt.id(),
                        attempt.provider(),
                        invoice.currency(),
                        attempt.amountMinor(),
                        code,
                        message,
                        now),
                attempt.cause()));
        if (attempt.automatic() && invoice.status() == InvoiceStatus.FINAL) {
            collecting
                    .failed(transaction, attempt, code, now)
                    .ifPresent(next -> told.add(new Outbox.Draft(
                            new PaymentRetryScheduled(
                                    invoice.account(),
                                    invoice.id(),
                                    attempt.id(),
                                    invoice.currency(),
                                    invoice.amountDueMinor(),
                                    code,
                                    next.failures(),
                                    next.at(),
                                    now),
                            attempt.cause())));
        }
        outbox.appendAll(transaction, told);
    }

    /** The bank asks the customer. */
    void ask(DSLContext transaction, Attempt attempt, Outcome.ActionRequired action, Instant now) {
        Instant deadline = now.plus(Payments.ACTION_TIME);
        attempts.requiresAction(transaction, attempt.id(), action, deadline, now.plus(Payments.LOOK_AGAIN));
        outbox.append(
                transaction,
                new PaymentActionRequired(
                        attempt.account(),
                        attempt.invoice(),
                        attempt.id(),
                        attempt.provider(),
                        attempt.currency(),
                        attempt.amountMinor(),
                        action.url(),
                        deadline,
                        now),
                attempt.cause());
    }

    private void post(DSLContext transaction, Invoice invoice, Attempt attempt, Instant now) {
        long amount = attempt.amountMinor();
        LedgerAccount from = switch (invoice.status()) {
            case FINAL -> LedgerAccount.RECEIVABLE;
            case UNCOLLECTIBLE -> LedgerAccount.WRITE_OFF;
            // taken back, or paid otherwise, while the provider was asked: it is the customer's, and the next invoice
            // uses it up
            case VOID, PAID, DRAFT, GATHERING -> LedgerAccount.CREDIT;
        };
        Map<LedgerAccount, Long> entries = new EnumMap<>(LedgerAccount.class);
        entries.put(LedgerAccount.CASH, amount);
        if (from == LedgerAccount.RECEIVABLE) {
            entries.put(LedgerAccount.RECEIVABLE, -amount - attempt.roundedMinor());
            entries.put(
                    LedgerAccount.WRITE_OFF, attempt.roundedMinor()); // what no unit of the provider's is as small as
        } else {
            entries.put(from, -amount);
        }
        ledger.post(
                transaction,
                new Posting(
                        "payment:%s:succeeded".formatted(attempt.id()),
                        "payment_succeeded",
                        invoice.account(),
                        invoice.id(),
                        attempt.id(),
                        invoice.currency(),
                        entries,
                        now,
                        attempt.cause()));
    }
}
