package dev.berth.billing.cap;

import static dev.berth.schema.db.billing.Tables.SPEND_CAP;
import static dev.berth.schema.db.billing.Tables.SPEND_CAP_NOTICE;

import dev.berth.billing.time.AccountTime;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.db.billing.tables.records.SpendCapRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Caps in the database. Each method works in whatever transaction the context is in. */
@Component
final class CapRepository {
    /** Accounts with caps, in the order of their ids, after one. */
    List<AccountId> accounts(DSLContext dsl, @Nullable AccountId after, int limit) {
        Condition where = SPEND_CAP.ACTIVE.isTrue().and(AccountTime.reach(SPEND_CAP.ACCOUNT_ID));
        return dsl.selectDistinct(SPEND_CAP.ACCOUNT_ID)
                .from(SPEND_CAP)
                .where(after == null ? where : where.and(SPEND_CAP.ACCOUNT_ID.gt(after)))
                .orderBy(SPEND_CAP.ACCOUNT_ID)
                .limit(limit)
                .fetch(SPEND_CAP.ACCOUNT_ID);
    }

    /** All of some accounts, those that were taken away too. */
    List<SpendCap> of(DSLContext dsl, List<AccountId> accounts) {
        return dsl.selectFrom(SPEND_CAP)
                .where(SPEND_CAP.ACCOUNT_ID.in(accounts))
                .orderBy(SPEND_CAP.ACCOUNT_ID, SPEND_CAP.KIND, SPEND_CAP.HOLDER)
                .fetch(CapRepository::read);
    }

    /** The same of one, locked in this order until the transaction ends. */
    List<SpendCap> lock(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(SPEND_CAP)
                .where(SPEND_CAP.ACCOUNT_ID.eq(account))
                .orderBy(SPEND_CAP.KIND, SPEND_CAP.HOLDER)
                .forUpdate()
                .fetch(CapRepository::read);
    }

    /** What its owner says of a cap: {@code amountMinor} is null for a prepaid one. */
    record Said(
            CapKind kind,
            @Nullable WorkloadId workload,
            @Nullable Long amountMinor,
            CapAction action,
            boolean active) {}

    /** Sets or takes away one; how it stands is left. */
    void set(DSLContext transaction, AccountId account, Said said, Instant now, String by) {
        WorkloadId workload = said.workload();
        transaction
                .insertInto(SPEND_CAP)
                .set(SPEND_CAP.ACCOUNT_ID, account)
                .set(SPEND_CAP.KIND, said.kind().text())
                .set(SPEND_CAP.HOLDER, workload == null ? account.uuid() : workload.uuid())
                .set(SPEND_CAP.WORKLOAD_ID, workload)
                .set(SPEND_CAP.ACTIVE, said.active())
                .set(SPEND_CAP.AMOUNT_MINOR, said.amountMinor())
                .set(SPEND_CAP.ACTION, said.action().text())
                .set(SPEND_CAP.SET_AT, now)
                .set(SPEND_CAP.SET_BY, by)
                .onConflict(SPEND_CAP.ACCOUNT_ID, SPEND_CAP.KIND, SPEND_CAP.HOLDER)
                .doUpdate()
                .set(SPEND_CAP.ACTIVE, said.active())
                .set(SPEND_CAP.AMOUNT_MINOR, said.amountMinor())
                .set(SPEND_CAP.ACTION, said.action().text())
                .set(SPEND_CAP.SET_AT, now)
                .set(SPEND_CAP.SET_BY, by)
                .execute();
    }

    /** Writes how one stands. */
    void judged(DSLContext transaction, SpendCap cap) {
        CapRules.State state = cap.state();
        transaction
                .update(SPEND_CAP)
                .set(SPEND_CAP.PERIOD_START, state == null ? null : state.periodStart())
                .set(SPEND_CAP.NOTIFIED, state == null ? 0 : state.notified())
                .set(SPEND_CAP.REACHED, cap.reached())
                .set(SPEND_CAP.JUDGED_MINOR, state == null ? null : state.judgedMinor())
                .set(SPEND_CAP.REACHED_AT, cap.reachedAt())
                .set(SPEND_CAP.ALLOWED_MINOR, cap.allowedMinor())
                .set(SPEND_CAP.CREDITED_MINOR, cap.creditedMinor())
                .set(SPEND_CAP.CREDITED_AT, cap.creditedAt())
                .where(
                        SPEND_CAP.ACCOUNT_ID.eq(cap.account()),
                        SPEND_CAP.KIND.eq(cap.kind().text()),
                        SPEND_CAP.HOLDER.eq(cap.holder()))
                .execute();
    }

    /** Writes that people are told; false if they were. */
    boolean notice(DSLContext transaction, SpendCap cap, Instant periodStart, int percent, Instant now) {
        UUID holder = cap.holder();
        return transaction
                        .insertInto(SPEND_CAP_NOTICE)
                        .set(SPEND_CAP_NOTICE.ACCOUNT_ID, cap.account())
                        .set(SPEND_CAP_NOTICE.KIND, cap.kind().text())
                        .set(SPEND_CAP_NOTICE.HOLDER, holder)
                        .set(SPEND_CAP_NOTICE.PERIOD_START, periodStart)
                        .set(SPEND_CAP_NOTICE.PERCENT, percent)
                        .set(SPEND_CAP_NOTICE.NOTICED_AT, now)
                        .onConflictDoNothing()
                        .execute()
                == 1;
    }

    private static SpendCap read(SpendCapRecord row) {
        Instant periodStart = row.getPeriodStart();
        Long judged = row.getJudgedMinor();
        return new SpendCap(
                row.getAccountId(),
                CapKind.of(row.getKind()),
                row.getWorkloadId(),
                row.getActive(),
                row.getAmountMinor(),
                CapAction.of(row.getAction()),
                periodStart == null
                        ? null
                        : new CapRules.State(periodStart, row.getNotified(), row.getReached(), judged),
                row.getReachedAt(),
                row.getAllowedMinor(),
                row.getCreditedMinor(),
                row.getCreditedAt());
    }
}
