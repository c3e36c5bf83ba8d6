package dev.berth.provisioner.tenant;

import static dev.berth.schema.db.provisioner.Tables.REFUSED_BLOCK;
import static dev.berth.schema.db.provisioner.Tables.TENANT;
import static dev.berth.schema.db.provisioner.Tables.TENANT_IMAGE;
import static dev.berth.schema.db.provisioner.Tables.TENANT_IMAGE_NAME;
import static dev.berth.schema.db.provisioner.Tables.TENANT_NETWORK;

import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.db.provisioner.tables.records.TenantRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** The tables {@code tenant}, {@code tenant_image} and {@code refused_block}. Works inside the caller's transaction. Thread-safe. */
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
                .where(
                        TENANT.ACCOUNT_ID.eq(event.account()),
                        TENANT.STATE.in(TenantState.TABLE.before(TenantState.CLOSING)))
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

    /** The accounts whose place is to be made, made anew or removed. */
    public List<AccountId> inMotion(DSLContext transaction) {
        return transaction
                .select(TENANT.ACCOUNT_ID)
                .from(TENANT)
                .where(TENANT.STATE
                        .in(TenantState.PROVISIONING.text(), TenantState.CLOSING.text())
                        .or(TENANT.STATE.eq(TenantState.READY.text()).and(TENANT.MESSAGE.isNotNull())))
                .orderBy(TENANT.ACCOUNT_ID)
                .fetch(TENANT.ACCOUNT_ID);
    }

    /** The states of all that are not removed. */
    public Map<AccountId, TenantState> states(DSLContext transaction) {
        return states(transaction, TENANT.STATE.ne(TenantState.REMOVED.text()));
    }

    /** The states of these, removed ones too. */
    public Map<AccountId, TenantState> states(DSLContext transaction, Collection<AccountId> accounts) {
        return states(transaction, TENANT.ACCOUNT_ID.in(accounts));
    }

    private static Map<AccountId, TenantState> states(DSLContext transaction, Condition which) {
        return transaction
                .select(TENANT.ACCOUNT_ID, TENANT.STATE)
                .from(TENANT)
                .where(which)
                .fetchMap(row -> row.value1(), row -> TenantState.of(row.value2()));
    }

    /** The parts of the pool that are not free; nobody else may take one until the transaction ends. */
    public List<Cidr> takenBlocks(DSLContext transaction) {
        transaction.fetch("select pg_advisory_xact_lock(hashtext('berth address pool'))");
        return transaction
                .select(TENANT.SUBNET)
                .from(TENANT)
                .where(TENANT.BLOCK.isNotNull(), TENANT.SUBNET.isNotNull())
                .unionAll(transaction
                        .select(TENANT_NETWORK.SUBNET)
                        .from(TENANT_NETWORK)
                        .where(TENANT_NETWORK.SUBNET.isNotNull()))
                .unionAll(transaction.select(REFUSED_BLOCK.SUBNET).from(REFUSED_BLOCK))
                .fetch(row -> Cidr.parse(row.value1()));
    }

    /** Gives the block of an account back whose network is gone, so that another is taken. */
    public void release(DSLContext transaction, AccountId account) {
        transaction
                .update(TENANT)
                .setNull(TENANT.BLOCK)
                .setNull(TENANT.SUBNET)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Begins to make the place of an account anew. */
    public void again(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .update(TENANT)
                .set(TENANT.STATE, TenantState.PROVISIONING.text())
                .set(TENANT.READY_AT, now)
                .setNull(TENANT.MESSAGE)
                .where(
                        TENANT.ACCOUNT_ID.eq(account),
                        TENANT.STATE.in(TenantState.TABLE.before(TenantState.PROVISIONING)))
                .execute();
    }

    /** Nothing is to be said of a place any more. */
    public void hush(DSLContext transaction, AccountId account) {
        transaction
                .update(TENANT)
                .setNull(TENANT.MESSAGE)
                .where(TENANT.ACCOUNT_ID.eq(account))
                .execute();
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

    /** Remembers a block that the engine refused as not to be had; who has it gives it back. */
    public void refuse(DSLContext transaction, int block, Cidr subnet, String reason, Instant now) {
        transaction
                .insertInto(REFUSED_BLOCK)
                .set(REFUSED_BLOCK.BLOCK, block)
                .set(REFUSED_BLOCK.SUBNET, subnet.toString())
                .set(REFUSED_BLOCK.REASON, reason)
                .set(REFUSED_BLOCK.REFUSED_AT, now)
                .onConflictDoNothing()
                .execute();
    }

    /**
     * What the operator should know: a sentence for each part of the pool that the engine refused, and for each place that
     * is not as it should be, or has been on its way for too long.
     */
    public List<String> findings(DSLContext transaction, AddressPool pool, Instant now) {
        List<String> findings = new ArrayList<>(refused(transaction, pool));
        findings.addAll(transaction
                .selectFrom(TENANT)
                .where(TENANT.STATE
                        .eq(TenantState.PROVISIONING.text())
                        .and(DSL.greatest(TENANT.OPENED_AT, DSL.coalesce(TENANT.READY_AT, TENANT.OPENED_AT))
                                .lt(now.minus(TenantState.PROVISIONING_AT_MOST)))
                        .or(TENANT.STATE
                                .eq(TenantState.CLOSING.text())
                                .and(TENANT.CLOSED_AT.lt(now.minus(TenantState.CLOSING_AT_MOST))))
                        .or(TENANT.STATE.eq(TenantState.READY.text()).and(TENANT.MESSAGE.isNotNull())))
                .orderBy(TENANT.OPENED_AT)
                .limit(10)
                .fetch(row -> {
                    Tenant tenant = read(row);
                    String message = tenant.message();
                    return "the place of the account %s is %s%s: %s"
                            .formatted(
                                    tenant.account(),
                                    tenant.state().text(),
                                    tenant.state() == TenantState.READY ? "" : " for too long",
                                    message == null
                                            ? "its containers do not end, or the host does not answer"
                                            : message);
                }));
        return findings;
    }

    private List<String> refused(DSLContext transaction, AddressPool pool) {
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
                .where(TENANT.ACCOUNT_ID.eq(account), TENANT.STATE.in(TenantState.TABLE.before(TenantState.READY)))
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
                .where(TENANT.ACCOUNT_ID.eq(account), TENANT.STATE.in(TenantState.TABLE.before(TenantState.REMOVED)))
                .execute();
        transaction
                .deleteFrom(TENANT_IMAGE)
                .where(TENANT_IMAGE.ACCOUNT_ID.eq(account))
                .execute();
        transaction
                .deleteFrom(TENANT_IMAGE_NAME)
                .where(TENANT_IMAGE_NAME.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Remembers that a registry gave an image to an account. */
    public void pulled(DSLContext transaction, AccountId account, String imageId, Instant now) {
        transaction
                .insertInto(TENANT_IMAGE)
                .set(TENANT_IMAGE.ACCOUNT_ID, account)
                .set(TENANT_IMAGE.IMAGE_ID, imageId)
                .set(TENANT_IMAGE.USED_AT, now)
                .onConflict(TENANT_IMAGE.ACCOUNT_ID, TENANT_IMAGE.IMAGE_ID)
                .doUpdate()
                .set(TENANT_IMAGE.USED_AT, now)
                .execute();
    }

    /** An account launches from an image; remembered only if a registry gave it to the account. */
    public void used(DSLContext transaction, AccountId account, String imageId, Instant now) {
        transaction
                .update(TENANT_IMAGE)
                .set(TENANT_IMAGE.USED_AT, now)
                .where(TENANT_IMAGE.ACCOUNT_ID.eq(account), TENANT_IMAGE.IMAGE_ID.eq(imageId))
                .execute();
    }

    /** Images that registries gave to accounts and that nobody has used since an instant, the longest unused first. */
    public List<String> unused(DSLContext transaction, Instant since) {
        return transaction
                .select(TENANT_IMAGE.IMAGE_ID)
                .from(TENANT_IMAGE)
                .groupBy(TENANT_IMAGE.IMAGE_ID)
                .having(DSL.max(TENANT_IMAGE.USED_AT).lt(since))
                .orderBy(DSL.max(TENANT_IMAGE.USED_AT))
                .fetch(TENANT_IMAGE.IMAGE_ID);
    }

    /** All images that registries gave to accounts. */
    public Set<String> images(DSLContext transaction) {
        return transaction
                .selectDistinct(TENANT_IMAGE.IMAGE_ID)
                .from(TENANT_IMAGE)
                .fetchSet(TENANT_IMAGE.IMAGE_ID);
    }

    /** An image is no longer on the host. */
    public void forget(DSLContext transaction, String imageId) {
        transaction
                .deleteFrom(TENANT_IMAGE_NAME)
                .where(TENANT_IMAGE_NAME.IMAGE_ID.eq(imageId))
                .execute();
        transaction
                .deleteFrom(TENANT_IMAGE)
                .where(TENANT_IMAGE.IMAGE_ID.eq(imageId))
                .execute();
    }

    /** Whether a registry gave this image to the account. */
    public boolean hasPulled(DSLContext transaction, AccountId account, String imageId) {
        return transaction.fetchExists(
                TENANT_IMAGE, TENANT_IMAGE.ACCOUNT_ID.eq(account), TENANT_IMAGE.IMAGE_ID.eq(imageId));
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
                new TenantLimits(row.getMaxContainers(), row.getMaxCpuMillis(), row.getMaxMemoryMib()),
                Json.mapper().readValue(row.getCause().data(), Cause.class),
                row.getMessage());
    }
}
