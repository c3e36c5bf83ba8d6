package dev.berth.gateway.quota;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.QUOTA;
import static dev.berth.schema.db.gateway.Tables.QUOTA_HOLD;

import dev.berth.gateway.account.Limits;
import dev.berth.schema.db.gateway.tables.records.QuotaRecord;
import dev.berth.schema.id.AccountId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.springframework.stereotype.Repository;

/** Limits and holds. */
@Repository
class QuotaRepository {
    void insert(DSLContext dsl, AccountId account, Limits limits) {
        QuotaRecord row = record(account, limits);
        dsl.insertInto(QUOTA).set(row).execute();
    }

    /** The limits of an account, and which of them are its own. */
    record Held(AccountId account, Limits limits, OwnLimits own) {}

    void update(DSLContext dsl, AccountId account, Limits limits, OwnLimits own) {
        QuotaRecord row = record(account, limits);
        row.setOwnContainers(own.containers());
        row.setOwnCpuMillis(own.cpuMillis());
        row.setOwnMemoryMib(own.memoryMib());
        row.setOwnVolumes(own.volumes());
        row.setOwnVolumeGib(own.volumeGib());
        dsl.update(QUOTA).set(row).where(QUOTA.ACCOUNT_ID.eq(account)).execute();
    }

    Held terms(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(QUOTA).where(QUOTA.ACCOUNT_ID.eq(account)).fetchSingle(QuotaRepository::held);
    }

    /** Those of all accounts of a plan that are not closed for good, locked until the transaction ends. */
    List<Held> lockAllOf(DSLContext dsl, String plan) {
        return dsl.selectFrom(QUOTA)
                .where(QUOTA.ACCOUNT_ID.in(DSL.select(ACCOUNT.ACCOUNT_ID)
                        .from(ACCOUNT)
                        .where(ACCOUNT.PLAN.eq(plan), ACCOUNT.CLOSED_AT.isNull())))
                .orderBy(QUOTA.ACCOUNT_ID)
                .forUpdate()
                .of(QUOTA)
                .fetch(QuotaRepository::held);
    }

    Optional<Limits> limits(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(QUOTA).where(QUOTA.ACCOUNT_ID.eq(account)).fetchOptional(QuotaRepository::limits);
    }

    /** Reads the limits and locks the row until the transaction ends. */
    Optional<Limits> lock(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(QUOTA)
                .where(QUOTA.ACCOUNT_ID.eq(account))
                .forUpdate()
                .fetchOptional(QuotaRepository::limits);
    }

    /** What an account may have, what a holder holds of it, and what all others hold. */
    record Shares(Limits limits, Amount mine, Amount others) {}

    /** Empty if there is no such account. */
    Optional<Shares> shares(DSLContext dsl, AccountId account, UUID holder) {
        Condition mine = QUOTA_HOLD.HOLDER.eq(holder);
        Condition others = QUOTA_HOLD.HOLDER.ne(holder);
        List<Field<Long>> sums = new ArrayList<>(totals(mine));
        sums.addAll(totals(others));
        return dsl.select(QUOTA.fields())
                .select(sums)
                .from(QUOTA)
                .leftJoin(QUOTA_HOLD)
                .on(QUOTA_HOLD.ACCOUNT_ID.eq(QUOTA.ACCOUNT_ID))
                .where(QUOTA.ACCOUNT_ID.eq(account))
                .groupBy(QUOTA.ACCOUNT_ID)
                .fetchOptional(row -> new Shares(
                        limits(row.into(QUOTA)), amount(row, sums.subList(0, 5)), amount(row, sums.subList(5, 10))));
    }

    Amount held(DSLContext dsl, AccountId account) {
        List<Field<Long>> sums = totals(DSL.trueCondition());
        return dsl.select(sums)
                .from(QUOTA_HOLD)
                .where(QUOTA_HOLD.ACCOUNT_ID.eq(account))
                .fetchSingle(row -> amount(row, sums));
    }

    void hold(DSLContext dsl, AccountId account, UUID holder, Amount amount) {
        if (amount.equals(Amount.NONE)) {
            dsl.deleteFrom(QUOTA_HOLD)
                    .where(QUOTA_HOLD.ACCOUNT_ID.eq(account).and(QUOTA_HOLD.HOLDER.eq(holder)))
                    .execute();
            return;
        }
        dsl.insertInto(QUOTA_HOLD)
                .set(QUOTA_HOLD.ACCOUNT_ID, account)
                .set(QUOTA_HOLD.HOLDER, holder)
                .set(QUOTA_HOLD.CONTAINERS, Math.toIntExact(amount.containers()))
                .set(QUOTA_HOLD.CPU_MILLIS, amount.cpuMillis())
                .set(QUOTA_HOLD.MEMORY_MIB, amount.memoryMib())
                .set(QUOTA_HOLD.VOLUMES, Math.toIntExact(amount.volumes()))
                .set(QUOTA_HOLD.VOLUME_GIB, amount.volumeGib())
                .onConflict(QUOTA_HOLD.ACCOUNT_ID, QUOTA_HOLD.HOLDER)
                .doUpdate()
                .set(QUOTA_HOLD.CONTAINERS, Math.toIntExact(amount.containers()))
                .set(QUOTA_HOLD.CPU_MILLIS, amount.cpuMillis())
                .set(QUOTA_HOLD.MEMORY_MIB, amount.memoryMib())
                .set(QUOTA_HOLD.VOLUMES, Math.toIntExact(amount.volumes()))
                .set(QUOTA_HOLD.VOLUME_GIB, amount.volumeGib())
                .execute();
    }

    /** Containers, millicores, memory, volumes and their size, of the holders that a condition names. */
    private static List<Field<Long>> totals(Condition which) {
        return Stream.of(
                        QUOTA_HOLD.CONTAINERS,
                        QUOTA_HOLD.CPU_MILLIS,
                        QUOTA_HOLD.MEMORY_MIB,
                        QUOTA_HOLD.VOLUMES,
                        QUOTA_HOLD.VOLUME_GIB)
                .map(held -> DSL.coalesce(DSL.sum(held).filterWhere(which), DSL.inline(BigDecimal.ZERO))
                        .cast(SQLDataType.BIGINT))
                .toList();
    }

    private static Amount amount(Record row, List<Field<Long>> sums) {
        return new Amount(
                row.get(sums.get(0)),
                row.get(sums.get(1)),
                row.get(sums.get(2)),
                row.get(sums.get(3)),
                row.get(sums.get(4)));
    }

    private static QuotaRecord record(AccountId account, Limits limits) {
        QuotaRecord row = new QuotaRecord();
        row.setAccountId(account);
        row.setMaxContainers(limits.containers());
        row.setMaxCpuMillis(limits.cpuMillis());
        row.setMaxMemoryMib(limits.memoryMib());
        row.setMaxVolumes(limits.volumes());
        row.setMaxVolumeGib(limits.volumeGib());
        return row;
    }

    private static Held held(QuotaRecord row) {
        return new Held(
                row.getAccountId(),
                limits(row),
                new OwnLimits(
                        row.getOwnContainers(),
                        row.getOwnCpuMillis(),
                        row.getOwnMemoryMib(),
                        row.getOwnVolumes(),
                        row.getOwnVolumeGib()));
    }

    private static Limits limits(QuotaRecord row) {
        return new Limits(
                row.getMaxContainers(),
                row.getMaxCpuMillis(),
                row.getMaxMemoryMib(),
                row.getMaxVolumes(),
                row.getMaxVolumeGib());
    }
}
