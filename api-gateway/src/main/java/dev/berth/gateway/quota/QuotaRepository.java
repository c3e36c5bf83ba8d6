package dev.berth.gateway.quota;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.QUOTA;
import static dev.berth.schema.db.gateway.Tables.QUOTA_HOLD;

import dev.berth.gateway.account.Limits;
import dev.berth.schema.db.gateway.tables.records.QuotaRecord;
import dev.berth.schema.id.AccountId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
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

    Amount heldBy(DSLContext dsl, AccountId account, UUID holder) {
        return sum(dsl, account, QUOTA_HOLD.HOLDER.eq(holder));
    }

    Amount heldByOthers(DSLContext dsl, AccountId account, UUID holder) {
        return sum(dsl, account, QUOTA_HOLD.HOLDER.ne(holder));
    }

    Amount held(DSLContext dsl, AccountId account) {
        return sum(dsl, account, DSL.noCondition());
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

    private static Amount sum(DSLContext dsl, AccountId account, Condition condition) {
        return dsl.select(
                        total(DSL.sum(QUOTA_HOLD.CONTAINERS)),
                        total(DSL.sum(QUOTA_HOLD.CPU_MILLIS)),
                        total(DSL.sum(QUOTA_HOLD.MEMORY_MIB)),
                        total(DSL.sum(QUOTA_HOLD.VOLUMES)),
                        total(DSL.sum(QUOTA_HOLD.VOLUME_GIB)))
                .from(QUOTA_HOLD)
                .where(QUOTA_HOLD.ACCOUNT_ID.eq(account).and(condition))
                .fetchSingle(row -> new Amount(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    private static org.jooq.Field<Long> total(org.jooq.Field<java.math.BigDecimal> sum) {
        return DSL.coalesce(sum, DSL.inline(java.math.BigDecimal.ZERO)).cast(SQLDataType.BIGINT);
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
