package dev.berth.billing.invoice;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.schema.Cause;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.InvoiceWrittenOff;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** What becomes of a final invoice without a payment: void, or written off. Thread-safe. */
@Component
public final class Settlement {
    private final DSLContext dsl;
    private final InvoiceRepository invoices;
    private final Ledger ledger;
    private final Outbox outbox;
    private final Amounts amounts;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;

    public Settlement(
            DSLContext dsl,
            InvoiceRepository invoices,
            Ledger ledger,
            Outbox outbox,
            Amounts amounts,
            ApplicationEventPublisher events,
            InstantSource clock) {
        this.dsl = dsl;
        this.invoices = invoices;
        this.ledger = ledger;
        this.outbox = outbox;
        this.amounts = amounts;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Takes an invoice back: the books are as if it had not been, and its use is not billed again. Voiding twice changes
     * nothing. An attempt to pay it must have its result first, lest money comes in for what is not owed.
     *
     * @throws Refusal {@code not_found}, {@code payment_in_progress}, or {@code not_voidable} if it is paid
     */
    public void voidInvoice(InvoiceId id, String reason, Cause cause) {
        Invoice invoice = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            Invoice locked = lock(transaction, id);
            if (locked.status() == InvoiceStatus.VOID) {
                return locked;
            }
            if (!locked.status().mayBecome(InvoiceStatus.VOID)) {
                throw new Refusal(
                        ErrorCode.NOT_VOIDABLE,
                        "The invoice %s is %s.".formatted(id, locked.status().text()));
            }
            if (invoices.credited(transaction, id)) {
                throw new Refusal(
                        ErrorCode.NOT_VOIDABLE,
                        "A part of %s is taken back already; take back the rest.".formatted(id));
            }
            if (invoices.beingPaid(transaction, id)) {
                throw new Refusal(
                        ErrorCode.PAYMENT_IN_PROGRESS, "An attempt to pay %s has no result yet.".formatted(id));
            }
            Instant now = clock.instant();
            Map<LedgerAccount, Long> back = new EnumMap<>(LedgerAccount.class);
            ledger.balancesOf(transaction, id).forEach((account, amount) -> back.put(account, -amount));
            ledger.post(transaction, posting(locked, "void", back, now, cause));
            amounts.giveBack(transaction, id, now);
            invoices.settle(transaction, id, InvoiceStatus.VOID, now, reason);
            outbox.append(
                    transaction,
                    new InvoiceVoided(
                            locked.account(),
                            id,
                            Objects.requireNonNull(locked.number()),
                            reason,
                            now.truncatedTo(ChronoUnit.MILLIS)),
                    cause);
            return locked;
        });
        events.publishEvent(new InvoiceSettled(invoice.account(), id, cause));
    }

    /**
     * Writes an invoice off; it may still be paid. Twice changes nothing.
     *
     * @throws Refusal {@code not_found}, or {@code not_payable} if it is not final
     */
    public void writeOff(InvoiceId id, Cause cause) {
        Invoice invoice = dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            Invoice locked = lock(transaction, id);
            if (locked.status() == InvoiceStatus.UNCOLLECTIBLE) {
                return locked;
            }
            if (!locked.status().mayBecome(InvoiceStatus.UNCOLLECTIBLE)) {
                throw new Refusal(
                        ErrorCode.NOT_PAYABLE,
                        "The invoice %s is %s.".formatted(id, locked.status().text()));
            }
            Instant now = clock.instant();
            long due = locked.amountDueMinor();
            Map<LedgerAccount, Long> entries = Map.of(LedgerAccount.WRITE_OFF, due, LedgerAccount.RECEIVABLE, -due);
            ledger.post(transaction, posting(locked, "written_off", entries, now, cause));
            invoices.settle(transaction, id, InvoiceStatus.UNCOLLECTIBLE, now, "");
            outbox.append(
                    transaction,
                    new InvoiceWrittenOff(
                            locked.account(),
                            id,
                            Objects.requireNonNull(locked.number()),
                            locked.currency(),
                            due,
                            now.truncatedTo(ChronoUnit.MILLIS)),
                    cause);
            return locked;
        });
        events.publishEvent(new InvoiceSettled(invoice.account(), id, cause));
    }

    private Invoice lock(DSLContext transaction, InvoiceId id) {
        return invoices.lock(transaction, id)
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no invoice %s.".formatted(id)));
    }

    private static Posting posting(
            Invoice invoice, String kind, Map<LedgerAccount, Long> entries, Instant now, Cause cause) {
        return new Posting(
                "invoice:%s:%s".formatted(invoice.id(), kind),
                "invoice_" + kind,
                invoice.account(),
                invoice.id(),
                null,
                invoice.currency(),
                entries,
                now,
                cause);
    }
}
