package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.DISPUTE;
import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.REFUND;

import dev.berth.billing.time.AccountTime;
import dev.berth.schema.db.billing.tables.records.RefundRecord;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Refunds in the database. Thread-safe. */
final class RefundRepository {
    /** The states without a result. */
    static final List<String> OPEN = List.of(RefundState.PENDING.text(), RefundState.REQUIRES_ACTION.text());

    private static final List<String> OVER = List.of(RefundState.FAILED.text(), RefundState.CANCELED.text());

    /**
     * Locks the payments of an invoice that succeeded, before the invoice is: whoever records a payment or a dispute has the payment's row
     * first, too.
     */
    void lockPayments(DSLContext transaction, InvoiceId invoice) {
        transaction
                .select(PAYMENT.PAYMENT_ID)
                .from(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.STATE.eq(PaymentState.SUCCEEDED.text()))
                .orderBy(PAYMENT.SURPLUS, PAYMENT.ATTEMPT)
                .forUpdate()
                .execute();
    }

    /**
     * The payments of an invoice that succeeded, locked until the end of the transaction: disputes are written under the same lock. What
     * came in for the invoice comes before what came in beside it.
     */
    List<RefundRules.Paid> paid(DSLContext transaction, InvoiceId invoice) {
        var rows = transaction
                .selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.STATE.eq(PaymentState.SUCCEEDED.text()))
                .orderBy(PAYMENT.SURPLUS, PAYMENT.ATTEMPT)
                .forUpdate()
                .fetch();
        Map<PaymentId, Long> refunded = new HashMap<>();
        transaction
                .select(REFUND.PAYMENT_ID, DSL.sum(REFUND.AMOUNT_MINOR))
                .from(REFUND)
                .where(REFUND.INVOICE_ID.eq(invoice), REFUND.STATE.notIn(OVER))
                .groupBy(REFUND.PAYMENT_ID)
                .forEach(row -> refunded.put(row.value1(), row.value2().longValueExact()));
        Set<PaymentId> lost = new HashSet<>(transaction
                .select(DISPUTE.PAYMENT_ID)
                .from(DISPUTE)
                .where(DISPUTE.INVOICE_ID.eq(invoice), DISPUTE.STATE.eq(DisputeState.LOST.text()))
                .fetch(DISPUTE.PAYMENT_ID));
        return rows.map(row -> new RefundRules.Paid(
                row.getPaymentId(),
                row.getProvider(),
                row.getAmountMinor(),
                refunded.getOrDefault(row.getPaymentId(), 0L),
                lost.contains(row.getPaymentId())));
    }

    /** Whether a payment of an invoice is contested and not decided. */
    boolean contested(DSLContext transaction, InvoiceId invoice) {
        return transaction.fetchExists(
                DISPUTE, DISPUTE.INVOICE_ID.eq(invoice), DISPUTE.STATE.eq(DisputeState.OPEN.text()));
    }

    void insert(DSLContext transaction, RefundRecord row) {
        transaction.insertInto(REFUND).set(row).execute();
    }

    /** One, locked until the end of the transaction. */
    RefundRecord lock(DSLContext transaction, RefundId id) {
        return transaction
                .selectFrom(REFUND)
                .where(REFUND.REFUND_ID.eq(id))
                .forUpdate()
                .fetchSingle();
    }

    /** Puts off the next look at one without a result. */
    void lookAgain(DSLContext transaction, RefundId id, Instant at) {
        transaction
                .update(REFUND)
                .set(REFUND.LOOK_AT, at)
                .where(REFUND.REFUND_ID.eq(id), REFUND.STATE.in(OPEN))
                .execute();
    }

    /** Those of a provider without a result that began before an instant and are to be looked at, the longest waiting first. */
    List<RefundRecord> openSince(DSLContext dsl, String provider, Instant before, Instant now, int limit) {
        return dsl.selectFrom(REFUND)
                .where(
                        REFUND.STATE.in(OPEN),
                        REFUND.PROVIDER.eq(provider),
                        AccountTime.reach(REFUND.ACCOUNT_ID),
                        REFUND.CREATED_AT.lt(before),
                        REFUND.LOOK_AT.isNull().or(REFUND.LOOK_AT.le(now)))
                .orderBy(DSL.coalesce(REFUND.LOOK_AT, REFUND.CREATED_AT))
                .limit(limit)
                .fetch();
    }

    /** Those that a request made of a credit note. */
    List<RefundRecord> byKey(DSLContext transaction, CreditNoteId note, String key) {
        return latest(transaction, REFUND.CREDIT_NOTE_ID.eq(note).and(REFUND.REQUEST_KEY.eq(key)), null, MOST);
    }

    /** Those of a credit note. */
    List<RefundRecord> ofNote(DSLContext dsl, CreditNoteId note) {
        return latest(dsl, REFUND.CREDIT_NOTE_ID.eq(note), null, MOST);
    }

    /** Those of an invoice's payments. */
    List<RefundRecord> ofInvoice(DSLContext dsl, InvoiceId invoice) {
        return latest(dsl, REFUND.INVOICE_ID.eq(invoice), null, MOST);
    }

    /** The newest after one, of all accounts; in a state, or in any. */
    List<RefundRecord> page(DSLContext dsl, @Nullable RefundState state, @Nullable RefundId before, int limit) {
        return latest(dsl, state == null ? DSL.noCondition() : REFUND.STATE.eq(state.text()), before, limit);
    }

    private static final int MOST = 1000;

    private static List<RefundRecord> latest(DSLContext dsl, Condition which, @Nullable RefundId before, int limit) {
        return dsl.selectFrom(REFUND)
                .where(which, before == null ? DSL.noCondition() : REFUND.REFUND_ID.lt(before))
                .orderBy(REFUND.REFUND_ID.desc())
                .limit(limit)
                .fetch();
    }
}
