package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.DISPUTE;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.DisputeRecord;
import dev.berth.schema.db.billing.tables.records.PaymentRecord;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.invoice.DisputeClosed;
import dev.berth.schema.invoice.DisputeOpened;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Payments that a customer's bank contests. The bank takes the money when it opens one, so the books do too: it is receivable again until
 * the dispute is won (it is cash) or lost (it is written off). The invoice stays paid, since final is final. Thread-safe.
 */
@Component
public final class Disputes {
    private final DSLContext dsl;
    private final Ledger ledger;
    private final Outbox outbox;
    private final InstantSource clock;

    public Disputes(DSLContext dsl, Ledger ledger, Outbox outbox, InstantSource clock) {
        this.dsl = dsl;
        this.ledger = ledger;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * What the provider says of one now.
     *
     * @param reference its id there
     * @param payment the provider's reference of the payment
     * @param state open while it is not decided
     * @param status the provider's own word for it
     */
    public record Seen(
            String reference,
            String payment,
            long amountMinor,
            String reason,
            DisputeState state,
            String status,
            @Nullable Instant evidenceDue) {}

    /** Whether what was seen was written down: not when the payment it contests has no result here yet, or is none of ours. */
    public enum Result {
        WRITTEN,
        TOO_EARLY,
        NOT_OURS
    }

    /** Writes down what was seen, in any order and any number of times. */
    public Result observed(Seen seen) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            Optional<PaymentRecord> payment = transaction
                    .selectFrom(PAYMENT)
                    .where(PAYMENT.REFERENCE.eq(seen.payment()))
                    .forUpdate()
                    .fetchOptional();
            if (payment.isEmpty()) {
                return Result.NOT_OURS;
            }
            if (!payment.get().getState().equals(PaymentState.SUCCEEDED.text())) {
                return Result.TOO_EARLY;
            }
            write(transaction, payment.get(), seen);
            return Result.WRITTEN;
        });
    }

    private void write(DSLContext transaction, PaymentRecord payment, Seen seen) {
        Instant now = AccountTime.within(transaction, payment.getAccountId(), clock::instant);
        Cause cause = Cause.platform(now);
        List<Outbox.Draft> told = new java.util.ArrayList<>(2);
        DisputeRecord row = transaction
                .selectFrom(DISPUTE)
                .where(DISPUTE.REFERENCE.eq(seen.reference()))
                .forUpdate()
                .fetchOne();
        if (row == null) {
            row = open(transaction, payment, seen, now, cause);
            told.add(new Outbox.Draft(
                    new DisputeOpened(
                            row.getAccountId(),
                            row.getInvoiceId(),
                            row.getPaymentId(),
                            row.getDisputeId(),
                            row.getCurrency(),
                            row.getAmountMinor(),
                            row.getReason(),
                            now),
                    cause));
        }
        boolean decided = DisputeState.of(row.getState()) == DisputeState.OPEN && seen.state() != DisputeState.OPEN;
        row.setProviderStatus(seen.status());
        row.setEvidenceDue(seen.evidenceDue());
        if (decided) {
            boolean won = seen.state() == DisputeState.WON;
            row.setState(seen.state().text());
            row.setClosedAt(now);
            LedgerAccount to = won ? LedgerAccount.CASH : LedgerAccount.WRITE_OFF;
            post(transaction, row, seen.state().text(), to, LedgerAccount.RECEIVABLE, now, cause);
            told.add(new Outbox.Draft(
                    new DisputeClosed(
                            row.getAccountId(),
                            row.getInvoiceId(),
                            row.getPaymentId(),
                            row.getDisputeId(),
                            row.getCurrency(),
                            row.getAmountMinor(),
                            won,
                            now),
                    cause));
        }
        transaction.executeUpdate(row);
        outbox.appendAll(transaction, told);
    }

    private DisputeRecord open(DSLContext transaction, PaymentRecord payment, Seen seen, Instant now, Cause cause) {
        String number = transaction
                .select(INVOICE.NUMBER)
                .from(INVOICE)
                .where(INVOICE.INVOICE_ID.eq(payment.getInvoiceId()))
                .fetchOne(INVOICE.NUMBER);
        String invoice = "/v1/invoices/" + payment.getInvoiceId();
        DisputeRecord row = new DisputeRecord();
        row.setDisputeId(DisputeId.next());
        row.setReference(seen.reference());
        row.setPaymentId(payment.getPaymentId());
        row.setInvoiceId(payment.getInvoiceId());
        row.setAccountId(payment.getAccountId());
        row.setCurrency(payment.getCurrency());
        row.setAmountMinor(seen.amountMinor());
        row.setReason(seen.reason());
        row.setState(DisputeState.OPEN.text());
        row.setProviderStatus(seen.status());
        row.setEvidence(JSONB.valueOf(Json.mapper()
                .writeValueAsString(
                        Map.of("invoice", invoice, "number", String.valueOf(number), "pdf", invoice + ".pdf"))));
        row.setEvidenceDue(seen.evidenceDue());
        row.setOpenedAt(now);
        transaction.insertInto(DISPUTE).set(row).execute();
        post(transaction, row, "opened", LedgerAccount.RECEIVABLE, LedgerAccount.CASH, now, cause);
        return row;
    }

    private void post(
            DSLContext transaction,
            DisputeRecord row,
            String what,
            LedgerAccount to,
            LedgerAccount from,
            Instant now,
            Cause cause) {
        ledger.post(
                transaction,
                new Posting(
                        "dispute:%s:%s".formatted(row.getDisputeId(), what),
                        "dispute_" + what,
                        row.getAccountId(),
                        row.getInvoiceId(),
                        row.getPaymentId(),
                        row.getCurrency(),
                        Map.of(to, row.getAmountMinor(), from, -row.getAmountMinor()),
                        now,
                        cause));
    }

    /** The latest, of all accounts. */
    List<DisputeRecord> latest(int limit) {
        return dsl.selectFrom(DISPUTE)
                .orderBy(DISPUTE.OPENED_AT.desc(), DISPUTE.DISPUTE_ID)
                .limit(limit)
                .fetch();
    }
}
