package dev.berth.gateway.letter;

import static dev.berth.schema.db.gateway.Tables.OWED_INVOICE;
import static dev.berth.schema.db.gateway.Tables.TEST_CLOCK;
import static dev.berth.schema.db.gateway.Tables.TOLD_STANDING;

import dev.berth.schema.db.gateway.tables.records.OwedInvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** What is owed, and the standing that was last told. Each method works in whatever transaction the context is in. */
@Repository
class OwedRepository {
    /** Why nothing is owed any more; see the table. */
    enum Settled {
        NOTHING_DUE("nothing_due"),
        PAID("paid"),
        CREDITED("credited"),
        VOIDED("voided"),
        WRITTEN_OFF("written_off");

        private final String text;

        Settled(String text) {
            this.text = text;
        }
    }

    void insert(DSLContext dsl, InvoiceFinalized invoice, @Nullable Instant remindAt) {
        boolean owed = invoice.amountDueMinor() > 0;
        OwedInvoiceRecord row = new OwedInvoiceRecord();
        row.setInvoiceId(invoice.invoice());
        row.setAccountId(invoice.account());
        row.setNumber(invoice.number());
        row.setCurrency(invoice.currency());
        row.setTotalMinor(invoice.totalMinor());
        row.setDueMinor(Math.max(0, invoice.amountDueMinor()));
        row.setFinalizedAt(invoice.occurredAt());
        row.setDueAt(invoice.dueAt());
        if (owed) {
            row.setRemindAt(remindAt);
        } else {
            row.setSettledAt(invoice.occurredAt());
            row.setSettledBy(Settled.NOTHING_DUE.text);
        }
        dsl.insertInto(OWED_INVOICE).set(row).onConflictDoNothing().execute();
    }

    /** Writes that nothing is owed on one any more, whatever was before. */
    void settle(DSLContext dsl, InvoiceId invoice, Settled by, Instant at) {
        dsl.update(OWED_INVOICE)
                .set(OWED_INVOICE.DUE_MINOR, 0L)
                .set(OWED_INVOICE.SETTLED_AT, at)
                .set(OWED_INVOICE.SETTLED_BY, by.text)
                .setNull(OWED_INVOICE.REMIND_AT)
                .where(OWED_INVOICE.INVOICE_ID.eq(invoice))
                .execute();
    }

    /** Writes that so much less is owed on one; with nothing left it is settled. */
    void reduce(DSLContext dsl, InvoiceId invoice, long byMinor, Settled by, Instant at) {
        Field<Long> left = DSL.greatest(OWED_INVOICE.DUE_MINOR.minus(byMinor), DSL.inline(0L));
        boolean owed = dsl.update(OWED_INVOICE)
                        .set(OWED_INVOICE.DUE_MINOR, left)
                        .where(OWED_INVOICE.INVOICE_ID.eq(invoice), OWED_INVOICE.SETTLED_AT.isNull())
                        .returning(OWED_INVOICE.DUE_MINOR)
                        .fetchOptional(OWED_INVOICE.DUE_MINOR)
                        .orElse(1L)
                > 0;
        if (!owed) {
            settle(dsl, invoice, by, at);
        }
    }

    Optional<OwedInvoice> find(DSLContext dsl, InvoiceId invoice) {
        return dsl.fetchOptional(OWED_INVOICE, OWED_INVOICE.INVOICE_ID.eq(invoice))
                .map(OwedRepository::read);
    }

    /** Whether anything is owed by an account. */
    boolean owes(DSLContext dsl, AccountId account) {
        return dsl.fetchExists(OWED_INVOICE, OWED_INVOICE.ACCOUNT_ID.eq(account), OWED_INVOICE.SETTLED_AT.isNull());
    }

    /**
     * One of which somebody is to be reminded, and which nobody else takes until the transaction ends.
     *
     * @param account whose clock shows that time; null for all whose time is everybody's
     */
    Optional<OwedInvoice> toRemind(DSLContext dsl, @Nullable AccountId account, Instant now) {
        return dsl.selectFrom(OWED_INVOICE)
                .where(
                        OWED_INVOICE.REMIND_AT.le(now),
                        account == null
                                ? TestClockRepository.isEverybodys(OWED_INVOICE.ACCOUNT_ID)
                                : OWED_INVOICE.ACCOUNT_ID.eq(account))
                .orderBy(OWED_INVOICE.REMIND_AT)
                .limit(1)
                .forUpdate()
                .skipLocked()
                .fetchOptional(OwedRepository::read);
    }

    void remindAt(DSLContext dsl, InvoiceId invoice, @Nullable Instant next) {
        dsl.update(OWED_INVOICE)
                .set(OWED_INVOICE.REMIND_AT, next)
                .where(OWED_INVOICE.INVOICE_ID.eq(invoice), OWED_INVOICE.SETTLED_AT.isNull())
                .execute();
    }

    /**
     * Writes the standing that an account is told of now.
     *
     * @return what it was told before: good if nothing was; empty if it was told this, or something later
     */
    Optional<Standing> told(DSLContext dsl, StandingChanged change) {
        var before = dsl.selectFrom(TOLD_STANDING)
                .where(TOLD_STANDING.ACCOUNT_ID.eq(change.account()))
                .forUpdate()
                .fetchOptional();
        Standing standing = before.map(row -> Standing.of(row.getStanding())).orElse(Standing.GOOD);
        if (before.filter(row -> row.getOccurredAt().isAfter(change.occurredAt()))
                .isPresent()) {
            return Optional.empty();
        }
        dsl.insertInto(TOLD_STANDING)
                .set(TOLD_STANDING.ACCOUNT_ID, change.account())
                .set(TOLD_STANDING.STANDING, change.standing().text())
                .set(TOLD_STANDING.OCCURRED_AT, change.occurredAt())
                .onConflict(TOLD_STANDING.ACCOUNT_ID)
                .doUpdate()
                .set(TOLD_STANDING.STANDING, change.standing().text())
                .set(TOLD_STANDING.OCCURRED_AT, change.occurredAt())
                .execute();
        return standing == change.standing() ? Optional.empty() : Optional.of(standing);
    }

    /** Forgets all of an account whose people are gone. */
    void forget(DSLContext dsl, AccountId account) {
        dsl.deleteFrom(OWED_INVOICE).where(OWED_INVOICE.ACCOUNT_ID.eq(account)).execute();
        dsl.deleteFrom(TOLD_STANDING)
                .where(TOLD_STANDING.ACCOUNT_ID.eq(account))
                .execute();
        dsl.deleteFrom(TEST_CLOCK).where(TEST_CLOCK.ACCOUNT_ID.eq(account)).execute();
    }

    private static OwedInvoice read(OwedInvoiceRecord row) {
        return new OwedInvoice(
                row.getInvoiceId(),
                row.getAccountId(),
                row.getNumber(),
                row.getCurrency(),
                row.getTotalMinor(),
                row.getDueMinor(),
                row.getDueAt(),
                row.getSettledAt());
    }
}
