package dev.berth.provisioner.lifecycle;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;
import static dev.berth.schema.db.provisioner.Tables.CONTAINER_NETWORK;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/**
 * The table {@code container_network}: the networks, by their numbers, of containers whose wish names any. A container holds them
 * until nothing of it is left on the engine. Works inside the caller's transaction. Thread-safe.
 */
@Repository
public class LinkRepository {
    /** Remembers where a container is to be, before the engine is asked; what was remembered of it before stays. */
    public void put(DSLContext transaction, ContainerId container, List<Long> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            transaction
                    .insertInto(CONTAINER_NETWORK)
                    .set(CONTAINER_NETWORK.CONTAINER_ID, container)
                    .set(CONTAINER_NETWORK.NUMBER, numbers.get(i))
                    .set(CONTAINER_NETWORK.POSITION, (short) i)
                    .onConflictDoNothing()
                    .execute();
        }
    }

    /** The networks of a container, the first first; empty for one whose wish named none. */
    public List<Long> of(DSLContext transaction, ContainerId container) {
        return transaction
                .select(CONTAINER_NETWORK.NUMBER)
                .from(CONTAINER_NETWORK)
                .where(CONTAINER_NETWORK.CONTAINER_ID.eq(container))
                .orderBy(CONTAINER_NETWORK.POSITION)
                .fetch(CONTAINER_NETWORK.NUMBER);
    }

    /** How many containers of an account may still be in each network, by its number. */
    public Map<Long, Integer> held(DSLContext transaction, AccountId account) {
        return transaction
                .select(CONTAINER_NETWORK.NUMBER, DSL.count())
                .from(CONTAINER_NETWORK)
                .join(CONTAINER)
                .on(CONTAINER.CONTAINER_ID.eq(CONTAINER_NETWORK.CONTAINER_ID))
                .where(CONTAINER.ACCOUNT_ID.eq(account), CONTAINER.REMOVED_AT.isNull())
                .groupBy(CONTAINER_NETWORK.NUMBER)
                .fetchMap(CONTAINER_NETWORK.NUMBER, DSL.count());
    }

    /** The containers of an account that are being made in networks that their wish names. */
    public List<ContainerId> starting(DSLContext transaction, AccountId account) {
        return transaction
                .selectDistinct(CONTAINER_NETWORK.CONTAINER_ID)
                .from(CONTAINER_NETWORK)
                .join(CONTAINER)
                .on(CONTAINER.CONTAINER_ID.eq(CONTAINER_NETWORK.CONTAINER_ID))
                .where(
                        CONTAINER.ACCOUNT_ID.eq(account),
                        CONTAINER.REMOVED_AT.isNull(),
                        CONTAINER.STATE.eq(ContainerState.STARTING.text()))
                .fetch(CONTAINER_NETWORK.CONTAINER_ID);
    }

    /** All networks that any container may still be in. */
    public Set<Long> held(DSLContext transaction) {
        return transaction
                .selectDistinct(CONTAINER_NETWORK.NUMBER)
                .from(CONTAINER_NETWORK)
                .join(CONTAINER)
                .on(CONTAINER.CONTAINER_ID.eq(CONTAINER_NETWORK.CONTAINER_ID))
                .where(CONTAINER.REMOVED_AT.isNull())
                .fetchSet(CONTAINER_NETWORK.NUMBER);
    }
}
