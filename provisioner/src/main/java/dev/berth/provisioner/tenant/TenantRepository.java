package dev.berth.provisioner.tenant;

import static dev.berth.schema.db.provisioner.Tables.REFUSED_BLOCK;
import static dev.berth.schema.db.provisioner.Tables.TENANT;

import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.db.provisioner.tables.records.TenantRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.springframework.stereotype.Repository;

/** The tables {@code tenant} and {@code refused_block}. Works inside the caller's transaction. Thread-safe. */
@Repository
public class TenantRepository {
    /** Opens an account's place; one that is known stays as it is. */
    public void open(DSLContext transaction, AccountOpened event, Cause cause) {
        transaction
                .insertInto(TENANT)
                .set(TENANT.ACCOUNT_ID, event.account())
                .set(TENANT.STATE, TenantState.PROVISIONING.text())
                .set(TENANT.MAX_CONTAINERS, event.maxContainers())
                .set(TENANT.MAX_CPU_MILLIS, event.maxCpuMillis())
                .set(TENANT.MAX_MEMORY_MIB, event.maxMemoryMib())
                .set(TENANT.CAUSE, json(cause))
                .set(TENANT.OPENED_AT, event.occurredAt())
                .onConflictDoNothing()
                .execute();
    }

    /** Takes over the limits of a plan. */
    public void limit(DSLContext transaction, PlanChanged event) {
        transaction
                .update(TENANT)
                .set(TENANT.MAX_CONTAINERS, event.maxContainers())
                .set(TENANT.MAX_CPU_MILLIS, event.maxCpuMillis())
                .set(TENANT.MAX_MEMORY_MIB, event.maxMemoryMib())
                .where(TENANT.ACCOUNT_ID.eq(event.account()))
                .execute();
    }

    /** Begins to close an account's place. */
    public void close(DSLContext transaction, AccountClosed event, Cause cause) {
        transaction
                .update(TENANT)
                .set(TENANT.STATE, TenantState.CLOSING.text())
                .set(TENANT.CAUSE, json(cause))
                .set(TENANT.CLOSED_AT, event.occurredAt())
                .where(TENANT.ACCOUNT_ID.eq(event.account()), TENANT.STATE.ne(TenantState.REMOVED.text()))
                .execute();
    }

    /** An account's place. */
    public Optional<Tenant> find(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(TENANT)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .fetchOptional(TenantRepository::read);
    }

    /** An account's place, locked until the transaction ends. */
    public Optional<Tenant> lock(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(TENANT)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .forUpdate()
                .fetchOptional(TenantRepository::read);
    }

    /** The accounts whose place is to be made or removed. */
    public List<AccountId> inMotion(DSLContext transaction) {
        return transaction
                .select(TENANT.ACCOUNT_ID)
                .from(TENANT)
                .where(TENANT.STATE.in(TenantState.PROVISIONING.text(), TenantState.CLOSING.text()))
                .orderBy(TENANT.ACCOUNT_ID)
                .fetch(TENANT.ACCOUNT_ID);
    }

    /** All places that are not removed. */
    public List<Tenant> all(DSLContext transaction) {
        return transaction
                .selectFrom(TENANT)
                .where(TENANT.STATE.ne(TenantState.REMOVED.text()))
                .fetch(TenantRepository::read);
    }

    /** The blocks of the pool that are not free. */
    public Set<Integer> usedBlocks(DSLContext transaction) {
        Set<Integer> used = new HashSet<>(transaction
                .select(TENANT.BLOCK)
                .from(TENANT)
                .where(TENANT.BLOCK.isNotNull())
                .fetch(TENANT.BLOCK));
        used.addAll(transaction.select(REFUSED_BLOCK.BLOCK).from(REFUSED_BLOCK).fetch(REFUSED_BLOCK.BLOCK));
        return used;
    }

    /** Takes a block for an account. */
    public void take(DSLContext transaction, AccountId account, int block, Cidr subnet) {
        transaction
                .update(TENANT)
                .set(TENANT.BLOCK, block)
                .set(TENANT.SUBNET, subnet.toString())
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Gives a block back that the engine refused, and remembers it as not to be had. */
    public void refuse(DSLContext transaction, AccountId account, int block, Cidr subnet, String reason, Instant now) {
        transaction
                .insertInto(REFUSED_BLOCK)
                .set(REFUSED_BLOCK.BLOCK, block)
                .set(REFUSED_BLOCK.SUBNET, subnet.toString())
                .set(REFUSED_BLOCK.REASON, reason)
                .set(REFUSED_BLOCK.REFUSED_AT, now)
                .onConflictDoNothing()
                .execute();
        transaction
                .update(TENANT)
                .setNull(TENANT.BLOCK)
                .setNull(TENANT.SUBNET)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** What the operator should know of the pool: a sentence for each part that the engine refused. */
    public List<String> findings(DSLContext transaction, AddressPool pool) {
        return transaction
                .selectFrom(REFUSED_BLOCK)
                .orderBy(REFUSED_BLOCK.BLOCK)
                .limit(10)
                .fetch(row ->
                        ("the addresses %s of the pool %s are in use by something else on the host, the next free ones were taken;"
                                        + " set berth.address-pool to a range that nothing else uses (%s)")
                                .formatted(row.getSubnet(), pool.pool(), row.getReason()));
    }

    /** The network is there. */
    public void ready(DSLContext transaction, AccountId account, String host, String networkId, Instant now) {
        transaction
                .update(TENANT)
                .set(TENANT.STATE, TenantState.READY.text())
                .set(TENANT.HOST, host)
                .set(TENANT.NETWORK, Tenant.networkOf(account))
                .set(TENANT.NETWORK_ID, networkId)
                .set(TENANT.READY_AT, now)
                .setNull(TENANT.MESSAGE)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** The network is gone, and its block is free. */
    public void removed(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .update(TENANT)
                .set(TENANT.STATE, TenantState.REMOVED.text())
                .setNull(TENANT.BLOCK)
                .set(TENANT.REMOVED_AT, now)
                .setNull(TENANT.MESSAGE)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Notes why a place is not ready yet. */
    public void note(DSLContext transaction, AccountId account, String message) {
        transaction
                .update(TENANT)
                .set(TENANT.MESSAGE, message)
                .where(TENANT.ACCOUNT_ID.eq(account), TENANT.MESSAGE.isDistinctFrom(message))
                .execute();
    }

    private static JSONB json(Cause cause) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(cause));
    }

    private static Tenant read(TenantRecord row) {
        return new Tenant(
                row.getAccountId(),
                TenantState.of(row.getState()),
                row.getBlock(),
                row.getSubnet(),
                row.getHost(),
                Json.mapper().readValue(row.getCause().data(), Cause.class),
                row.getMessage());
    }
}
