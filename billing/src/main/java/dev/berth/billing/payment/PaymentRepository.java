package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.invoice.Invoice;
import dev.berth.billing.payment.PaymentProvider.Outcome;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.PaymentRecord;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Attempts in the database. Thread-safe. */
final class PaymentRepository {
    /** An attempt. */
    record Attempt(
            PaymentId id,
            InvoiceId invoice,
            String provider,
            String idempotencyKey,
            String currency,
            long amountMinor,
            Cause cause) {}

    /** Whether an attempt at an invoice has no result yet. */
    boolean pending(DSLContext transaction, InvoiceId invoice) {
        return transaction.fetchExists(
                PAYMENT, PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.STATE.eq(PaymentState.PENDING.text()));
    }

    /** What became of the attempt that a request made, empty when it made none. */
    Optional<Outcome> outcomeOf(DSLContext dsl, InvoiceId invoice, String requestKey) {
        return dsl.selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.REQUEST_KEY.eq(requestKey))
                .fetchOptional(row -> switch (PaymentState.of(row.getState())) {
                    case PENDING -> new Outcome.Unknown("The attempt has no result yet.");
                    case SUCCEEDED -> new Outcome.Succeeded(String.valueOf(row.getReference()));
                    case FAILED ->
                        new Outcome.Declined(String.valueOf(row.getCode()), String.valueOf(row.getMessage()));
                });
    }

    /** Writes an attempt down, before anything is done about it. The invoice is locked. */
    Attempt begin(
            DSLContext transaction,
            Invoice invoice,
            String provider,
            @Nullable String last4,
            @Nullable String requestKey,
            Instant now,
            Cause cause) {
        Integer last = transaction
                .select(DSL.max(PAYMENT.ATTEMPT))
                .from(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice.id()))
                .fetchOne(0, Integer.class);
        int number = last == null ? 1 : last + 1;
        Attempt attempt = new Attempt(
                PaymentId.next(),
                invoice.id(),
                provider,
                "berth:invoice:%s:attempt:%d:charge".formatted(invoice.id(), number),
                invoice.currency(),
                invoice.amountDueMinor(),
                cause);
        PaymentRecord row = new PaymentRecord();
        row.setPaymentId(attempt.id());
        row.setInvoiceId(invoice.id());
        row.setAccountId(invoice.account());
        row.setAttempt(number);
        row.setProvider(provider);
        row.setIdempotencyKey(attempt.idempotencyKey());
        row.setCurrency(attempt.currency());
        row.setAmountMinor(attempt.amountMinor());
        row.setState(PaymentState.PENDING.text());
        row.setCardLast4(last4);
        row.setRequestKey(requestKey);
        row.setCreatedAt(now);
        row.setOperation(cause.operation());
        row.setActor(cause.actor());
        row.setCausedAt(cause.at());
        transaction.insertInto(PAYMENT).set(row).execute();
        return attempt;
    }

    /** Locks an attempt that has no result yet; empty when it has one. */
    Optional<Attempt> lockPending(DSLContext transaction, PaymentId id) {
        return transaction
                .selectFrom(PAYMENT)
                .where(PAYMENT.PAYMENT_ID.eq(id), PAYMENT.STATE.eq(PaymentState.PENDING.text()))
                .forUpdate()
                .fetchOptional(PaymentRepository::read);
    }

    /** How far an attempt is. */
    PaymentState stateOf(DSLContext dsl, PaymentId id) {
        return PaymentState.of(dsl.select(PAYMENT.STATE)
                .from(PAYMENT)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .fetchSingle(PAYMENT.STATE));
    }

    void succeeded(DSLContext transaction, PaymentId id, String reference, Instant now) {
        transaction
                .update(PAYMENT)
                .set(PAYMENT.STATE, PaymentState.SUCCEEDED.text())
                .set(PAYMENT.REFERENCE, reference)
                .set(PAYMENT.FINISHED_AT, now)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .execute();
    }

    void failed(DSLContext transaction, PaymentId id, String code, String message, Instant now) {
        transaction
                .update(PAYMENT)
                .set(PAYMENT.STATE, PaymentState.FAILED.text())
                .set(PAYMENT.CODE, code)
                .set(PAYMENT.MESSAGE, message)
                .set(PAYMENT.FINISHED_AT, now)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .execute();
    }

    /** Attempts without a result that began before an instant, the oldest first. */
    List<Attempt> pendingSince(DSLContext dsl, Instant before, int limit) {
        return dsl.selectFrom(PAYMENT)
                .where(PAYMENT.STATE.eq(PaymentState.PENDING.text()), PAYMENT.CREATED_AT.lt(before))
                .orderBy(PAYMENT.CREATED_AT)
                .limit(limit)
                .fetch(PaymentRepository::read);
    }

    private static Attempt read(PaymentRecord row) {
        return new Attempt(
                row.getPaymentId(),
                row.getInvoiceId(),
                row.getProvider(),
                row.getIdempotencyKey(),
                row.getCurrency(),
                row.getAmountMinor(),
                new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null));
    }
}
