package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.COLLECTION;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.PAYMENT_METHOD;

import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.db.billing.tables.records.CollectionRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentMethodId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Which invoices are collected by themselves, and when the next attempt is due. Rows of the database; thread-safe. */
final class Collecting {
    /** An invoice that is to be paid with the default of its account. */
    record Due(InvoiceId invoice, PaymentMethodId method) {}

    /** What a failure led to. */
    record Next(int failures, Instant at) {}

    /** Final invoices of accounts with a default way to pay that were never tried, or whose next try is due. */
    List<Due> due(DSLContext dsl, Instant now, @Nullable InvoiceId after, int limit) {
        return dsl.select(INVOICE.INVOICE_ID, PAYMENT_METHOD.PAYMENT_METHOD_ID)
                .from(INVOICE)
                .join(PAYMENT_METHOD)
                .on(PAYMENT_METHOD.ACCOUNT_ID.eq(INVOICE.ACCOUNT_ID), PAYMENT_METHOD.IS_DEFAULT.isTrue())
                .leftJoin(COLLECTION)
                .on(COLLECTION.INVOICE_ID.eq(INVOICE.INVOICE_ID))
                .where(
                        INVOICE.STATUS.eq(InvoiceStatus.FINAL.text()),
                        INVOICE.AMOUNT_DUE_MINOR.gt(0L),
                        AccountTime.reach(INVOICE.ACCOUNT_ID),
                        COLLECTION.INVOICE_ID.isNull().or(COLLECTION.NEXT_TRY_AT.le(now)),
                        after == null ? DSL.noCondition() : INVOICE.INVOICE_ID.gt(after),
                        DSL.notExists(DSL.selectOne()
                                .from(PAYMENT)
                                .where(
                                        PAYMENT.INVOICE_ID.eq(INVOICE.INVOICE_ID),
                                        PAYMENT.STATE.in(PaymentRepository.OPEN))))
                .orderBy(INVOICE.INVOICE_ID)
                .limit(limit)
                .fetch(row -> new Due(row.value1(), row.value2()));
    }

    /** Takes the turn of an invoice whose row is locked; false when it is not due any more. */
    boolean take(DSLContext transaction, InvoiceId invoice, AccountId account, Instant now) {
        int inserted = transaction
                .insertInto(COLLECTION)
                .set(COLLECTION.INVOICE_ID, invoice)
                .set(COLLECTION.ACCOUNT_ID, account)
                .set(COLLECTION.UPDATED_AT, now)
                .onConflictDoNothing()
                .execute();
        return inserted == 1
                || transaction
                                .update(COLLECTION)
                                .setNull(COLLECTION.NEXT_TRY_AT)
                                .set(COLLECTION.UPDATED_AT, now)
                                .where(COLLECTION.INVOICE_ID.eq(invoice), COLLECTION.NEXT_TRY_AT.le(now))
                                .execute()
                        == 1;
    }

    /** An automatic attempt failed: plans the next, or stops. */
    Optional<Next> failed(DSLContext transaction, PaymentRepository.Attempt attempt, String code, Instant now) {
        CollectionRecord row = transaction
                .selectFrom(COLLECTION)
                .where(COLLECTION.INVOICE_ID.eq(attempt.invoice()))
                .forUpdate()
                .fetchOne();
        if (row == null) {
            return Optional.empty();
        }
        int failures = row.getTries() + 1;
        Instant first = row.getFirstFailedAt() == null ? now : row.getFirstFailedAt();
        row.setTries(failures);
        row.setFirstFailedAt(first);
        row.setLastCode(code);
        row.setUpdatedAt(now);
        Optional<Next> next = switch (RetryRules.decide(code, failures, first, now)) {
            case RetryRules.Decision.Retry(Instant at) -> {
                row.setNextTryAt(at);
                yield Optional.of(new Next(failures, at));
            }
            case RetryRules.Decision.Stop(String why) -> {
                row.setNextTryAt(null);
                row.setStoppedAt(now);
                row.setStoppedFor(why);
                yield Optional.empty();
            }
        };
        transaction.executeUpdate(row);
        return next;
    }

    /** It can never be asked for. */
    void stop(DSLContext transaction, InvoiceId invoice, String code, Instant now) {
        transaction
                .update(COLLECTION)
                .setNull(COLLECTION.NEXT_TRY_AT)
                .set(COLLECTION.STOPPED_AT, now)
                .set(COLLECTION.STOPPED_FOR, "hard_decline")
                .set(COLLECTION.LAST_CODE, code)
                .set(COLLECTION.UPDATED_AT, now)
                .where(COLLECTION.INVOICE_ID.eq(invoice))
                .execute();
    }

    /** The invoice is paid, by whatever attempt. */
    void paid(DSLContext transaction, InvoiceId invoice, Instant now) {
        transaction
                .update(COLLECTION)
                .setNull(COLLECTION.NEXT_TRY_AT)
                .set(COLLECTION.STOPPED_AT, now)
                .set(COLLECTION.STOPPED_FOR, "paid")
                .set(COLLECTION.UPDATED_AT, now)
                .where(COLLECTION.INVOICE_ID.eq(invoice))
                .execute();
    }

    /** An account has a new default: what it owes is tried at once, and counted from the beginning. */
    void anew(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .update(COLLECTION)
                .set(COLLECTION.TRIES, 0)
                .setNull(COLLECTION.FIRST_FAILED_AT)
                .set(COLLECTION.NEXT_TRY_AT, now)
                .setNull(COLLECTION.STOPPED_AT)
                .setNull(COLLECTION.STOPPED_FOR)
                .set(COLLECTION.UPDATED_AT, now)
                .where(COLLECTION.ACCOUNT_ID.eq(account), COLLECTION.STOPPED_FOR.isDistinctFrom("paid"))
                .execute();
    }
}
