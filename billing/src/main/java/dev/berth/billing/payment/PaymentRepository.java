package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.invoice.Invoice;
import dev.berth.billing.payment.PaymentProvider.Outcome;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.PaymentRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.PaymentMethodId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Attempts in the database. Thread-safe. */
final class PaymentRepository {
    /** The states without a result. */
    static final List<String> OPEN = List.of(PaymentState.PENDING.text(), PaymentState.REQUIRES_ACTION.text());

    /**
     * An attempt.
     *
     * @param number the how-many-eth at its invoice, from 1
     * @param amountMinor what is asked for
     * @param roundedMinor what is owed beside it, and too small for the provider's units
     * @param method which of the kept ways to pay is asked; null for a card that was typed in and for the operator's word
     * @param customerPresent false for what Berth does by itself
     */
    record Attempt(
            PaymentId id,
            InvoiceId invoice,
            AccountId account,
            int number,
            String provider,
            String idempotencyKey,
            String currency,
            long amountMinor,
            long roundedMinor,
            PaymentState state,
            @Nullable PaymentMethodId method,
            boolean customerPresent,
            @Nullable String returnUrl,
            @Nullable Instant actionDeadline,
            Cause cause) {
        /** Whether Berth made it by itself. */
        boolean automatic() {
            return method != null && !customerPresent;
        }
    }

    /**
     * What is asked.
     *
     * @param requestKey of the request that asks; null for what cannot be repeated
     */
    record Asked(
            String provider,
            long amountMinor,
            @Nullable String last4,
            @Nullable PaymentMethodId method,
            boolean customerPresent,
            @Nullable String returnUrl,
            @Nullable String requestKey) {}

    /** The attempt at an invoice that has no result yet. */
    Optional<Attempt> open(DSLContext transaction, InvoiceId invoice) {
        return transaction
                .selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.STATE.in(OPEN))
                .fetchOptional(PaymentRepository::read);
    }

    /** What became of the attempt that a request made, empty when it made none. */
    Optional<Outcome> outcomeOf(DSLContext dsl, InvoiceId invoice, String requestKey) {
        return dsl.selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice), PAYMENT.REQUEST_KEY.eq(requestKey))
                .fetchOptional(row -> switch (PaymentState.of(row.getState())) {
                    case PENDING -> new Outcome.Unknown("The attempt has no result yet.");
                    case REQUIRES_ACTION ->
                        new Outcome.ActionRequired(
                                String.valueOf(row.getReference()), String.valueOf(row.getActionUrl()));
                    case SUCCEEDED -> new Outcome.Succeeded(String.valueOf(row.getReference()));
                    case FAILED ->
                        new Outcome.Declined(String.valueOf(row.getCode()), String.valueOf(row.getMessage()));
                });
    }

    /** Writes an attempt down, before anything is done about it. The invoice is locked. */
    Attempt begin(DSLContext transaction, Invoice invoice, Asked asked, Instant now, Cause cause) {
        Integer last = transaction
                .select(DSL.max(PAYMENT.ATTEMPT))
                .from(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice.id()))
                .fetchOne(0, Integer.class);
        int number = last == null ? 1 : last + 1;
        PaymentRecord row = new PaymentRecord();
        row.setPaymentId(PaymentId.next());
        row.setInvoiceId(invoice.id());
        row.setAccountId(invoice.account());
        row.setAttempt(number);
        row.setProvider(asked.provider());
        row.setIdempotencyKey("berth:invoice:%s:attempt:%d:charge".formatted(invoice.id(), number));
        row.setCurrency(invoice.currency());
        row.setAmountMinor(asked.amountMinor());
        row.setRoundedMinor(invoice.amountDueMinor() - asked.amountMinor());
        row.setState(PaymentState.PENDING.text());
        row.setCardLast4(asked.last4());
        row.setPaymentMethodId(asked.method());
        row.setCustomerPresent(asked.customerPresent());
        row.setReturnUrl(asked.returnUrl());
        row.setRequestKey(asked.requestKey());
        row.setCreatedAt(now);
        row.setOperation(cause.operation());
        row.setActor(cause.actor());
        row.setCausedAt(cause.at());
        row.setSurplus(false);
        transaction.insertInto(PAYMENT).set(row).execute();
        return read(row);
    }

    /** Whose an attempt is. */
    AccountId accountOf(DSLContext dsl, PaymentId id) {
        return dsl.select(PAYMENT.ACCOUNT_ID)
                .from(PAYMENT)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .fetchSingle(PAYMENT.ACCOUNT_ID);
    }

    /** An attempt, locked until the end of the transaction. */
    Attempt lock(DSLContext transaction, PaymentId id) {
        return transaction
                .selectFrom(PAYMENT)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .forUpdate()
                .fetchSingle(PaymentRepository::read);
    }

    /** The money is in; {@code surplus} says that the invoice was paid otherwise. */
    void succeeded(DSLContext transaction, PaymentId id, String reference, boolean surplus, Instant now) {
        transaction
                .update(PAYMENT)
                .set(PAYMENT.STATE, PaymentState.SUCCEEDED.text())
                .set(PAYMENT.REFERENCE, reference)
                .set(PAYMENT.SURPLUS, surplus)
                .setNull(PAYMENT.CODE)
                .setNull(PAYMENT.MESSAGE)
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

    void requiresAction(
            DSLContext transaction, PaymentId id, Outcome.ActionRequired action, Instant deadline, Instant lookAt) {
        transaction
                .update(PAYMENT)
                .set(PAYMENT.STATE, PaymentState.REQUIRES_ACTION.text())
                .set(PAYMENT.REFERENCE, action.reference())
                .set(PAYMENT.ACTION_URL, action.url())
                .set(PAYMENT.ACTION_DEADLINE, deadline)
                .set(PAYMENT.LOOK_AT, lookAt)
                .where(PAYMENT.PAYMENT_ID.eq(id))
                .execute();
    }

    /** Puts off the next look at an attempt without a result. */
    void lookAgain(DSLContext transaction, PaymentId id, Instant at) {
        transaction
                .update(PAYMENT)
                .set(PAYMENT.LOOK_AT, at)
                .where(PAYMENT.PAYMENT_ID.eq(id), PAYMENT.STATE.in(OPEN))
                .execute();
    }

    /** Attempts of a provider without a result that began before an instant and are to be looked at, the longest waiting first. */
    List<Attempt> openSince(DSLContext dsl, String provider, Instant before, Instant now, int limit) {
        return dsl.selectFrom(PAYMENT)
                .where(
                        PAYMENT.STATE.in(OPEN),
                        PAYMENT.PROVIDER.eq(provider),
                        AccountTime.reach(PAYMENT.ACCOUNT_ID),
                        PAYMENT.CREATED_AT.lt(before),
                        PAYMENT.LOOK_AT.isNull().or(PAYMENT.LOOK_AT.le(now)))
                .orderBy(DSL.coalesce(PAYMENT.LOOK_AT, PAYMENT.CREATED_AT))
                .limit(limit)
                .fetch(PaymentRepository::read);
    }

    private static Attempt read(PaymentRecord row) {
        return new Attempt(
                row.getPaymentId(),
                row.getInvoiceId(),
                row.getAccountId(),
                row.getAttempt(),
                row.getProvider(),
                row.getIdempotencyKey(),
                row.getCurrency(),
                row.getAmountMinor(),
                row.getRoundedMinor(),
                PaymentState.of(row.getState()),
                row.getPaymentMethodId(),
                row.getCustomerPresent(),
                row.getReturnUrl(),
                row.getActionDeadline(),
                new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null));
    }
}
