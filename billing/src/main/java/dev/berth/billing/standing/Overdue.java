package dev.berth.billing.standing;

import static dev.berth.schema.db.billing.Tables.COLLECTION;
import static dev.berth.schema.db.billing.Tables.INVOICE;

import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Since when something that is owed has been overdue: from its due time on, but not while it is still tried again by itself, and
 * from the last try on where that came later.
 */
final class Overdue {
    /** A try that is later than this is none that an account can wait for. */
    private static final Duration LATE = Duration.ofHours(1);

    private Overdue() {}

    /** The oldest of an account as of an instant, of what was due after {@code excusedTo}; null for none. */
    static @Nullable Instant oldest(
            DSLContext transaction, AccountId account, @Nullable Instant excusedTo, Instant asOf) {
        Field<Instant> since = DSL.greatest(INVOICE.DUE_AT, DSL.coalesce(COLLECTION.STOPPED_AT, INVOICE.DUE_AT));
        return transaction
                .select(DSL.min(since))
                .from(INVOICE)
                .leftJoin(COLLECTION)
                .on(COLLECTION.INVOICE_ID.eq(INVOICE.INVOICE_ID))
                .where(
                        INVOICE.ACCOUNT_ID.eq(account),
                        INVOICE.STATUS.eq(InvoiceStatus.FINAL.text()),
                        INVOICE.AMOUNT_DUE_MINOR.gt(0L),
                        COLLECTION.NEXT_TRY_AT.isNull().or(COLLECTION.NEXT_TRY_AT.le(asOf.minus(LATE))),
                        excusedTo == null ? DSL.noCondition() : INVOICE.DUE_AT.gt(excusedTo))
                .fetchOne(0, Instant.class);
    }
}
