package dev.berth.provisioner.tenant;

import static dev.berth.schema.db.provisioner.Tables.TENANT_NETWORK;

import dev.berth.schema.db.provisioner.tables.records.TenantNetworkRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.NetworkUse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/**
 * The table {@code tenant_network}. Works inside the caller's transaction, which has locked the account's place
 * ({@link TenantRepository#lock}) before it changes anything. Thread-safe.
 */
@Repository
public class NetworkRepository {
    private static final int MOST_TOLD = 10;

    /** The networks of an account, the oldest first. */
    public List<TenantNetwork> of(DSLContext transaction, AccountId account) {
        return transaction
                .selectFrom(TENANT_NETWORK)
                .where(TENANT_NETWORK.ACCOUNT_ID.eq(account))
                .orderBy(TENANT_NETWORK.NUMBER)
                .fetch(NetworkRepository::read);
    }

    /** One of them. */
    public Optional<TenantNetwork> find(DSLContext transaction, long number) {
        return transaction
                .selectFrom(TENANT_NETWORK)
                .where(TENANT_NETWORK.NUMBER.eq(number))
                .fetchOptional(NetworkRepository::read);
    }

    /** All of all accounts. */
    public List<TenantNetwork> all(DSLContext transaction) {
        return transaction
                .selectFrom(TENANT_NETWORK)
                .orderBy(TENANT_NETWORK.NUMBER)
                .fetch(NetworkRepository::read);
    }

    /** Begins to make one that the account has not. */
    public void begin(DSLContext transaction, AccountId account, NetworkUse use, Instant now) {
        transaction
                .insertInto(TENANT_NETWORK)
                .set(TENANT_NETWORK.ACCOUNT_ID, account)
                .set(TENANT_NETWORK.NAME, use.name())
                .set(TENANT_NETWORK.INTERNAL, use.internal())
                .set(TENANT_NETWORK.STATE, NetworkState.MAKING.text())
                .set(TENANT_NETWORK.CHANGED_AT, now)
                .execute();
    }

    /** Takes a part of the pool for it. */
    public void take(DSLContext transaction, long number, int block, Cidr subnet) {
        transaction
                .update(TENANT_NETWORK)
                .set(TENANT_NETWORK.BLOCK, block)
                .set(TENANT_NETWORK.SUBNET, subnet.toString())
                .where(TENANT_NETWORK.NUMBER.eq(number))
                .execute();
    }

    /** Gives its part of the pool back, which the engine refused. */
    public void release(DSLContext transaction, long number) {
        transaction
                .update(TENANT_NETWORK)
                .setNull(TENANT_NETWORK.BLOCK)
                .setNull(TENANT_NETWORK.SUBNET)
                .where(TENANT_NETWORK.NUMBER.eq(number))
                .execute();
    }

    /** It is in a state now, and nothing is to be said of it. */
    public void become(DSLContext transaction, long number, NetworkState state, Instant now) {
        transaction
                .update(TENANT_NETWORK)
                .set(TENANT_NETWORK.STATE, state.text())
                .set(TENANT_NETWORK.CHANGED_AT, now)
                .setNull(TENANT_NETWORK.MESSAGE)
                .where(TENANT_NETWORK.NUMBER.eq(number))
                .execute();
    }

    /** Nothing of it is left on the engine: its part of the pool is free. */
    public void gone(DSLContext transaction, long number) {
        transaction
                .deleteFrom(TENANT_NETWORK)
                .where(TENANT_NETWORK.NUMBER.eq(number), TENANT_NETWORK.STATE.eq(NetworkState.REMOVING.text()))
                .execute();
    }

    /** Notes why it is not ready, or not gone, yet. */
    public void note(DSLContext transaction, long number, String message) {
        transaction
                .update(TENANT_NETWORK)
                .set(TENANT_NETWORK.MESSAGE, message)
                .where(TENANT_NETWORK.NUMBER.eq(number), TENANT_NETWORK.MESSAGE.isDistinctFrom(message))
                .execute();
    }

    /** What the operator should know: a sentence for each that has been on its way for too long. */
    public List<String> findings(DSLContext transaction, Instant now) {
        return transaction
                .selectFrom(TENANT_NETWORK)
                .where(
                        TENANT_NETWORK.STATE.ne(NetworkState.READY.text()),
                        TENANT_NETWORK.CHANGED_AT.lt(now.minus(NetworkState.AT_MOST)))
                .orderBy(TENANT_NETWORK.NUMBER)
                .limit(MOST_TOLD)
                .fetch(row -> {
                    TenantNetwork network = read(row);
                    String message = network.message();
                    return "the network %s of the account %s is %s for too long: %s"
                            .formatted(
                                    network.network(),
                                    network.account(),
                                    network.state() == NetworkState.MAKING ? "being made" : "being removed",
                                    message == null ? "the host does not answer" : message);
                });
    }

    private static TenantNetwork read(TenantNetworkRecord row) {
        return new TenantNetwork(
                row.getNumber(),
                row.getAccountId(),
                new NetworkUse(row.getName(), row.getInternal()),
                NetworkState.of(row.getState()),
                row.getSubnet(),
                row.getMessage());
    }
}
