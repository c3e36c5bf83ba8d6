package dev.berth.gateway.account;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import org.jooq.DSLContext;

/**
 * What a room below removes of an account that is closed for good. It is called in a transaction of its own, again and again until it
 * says that nothing is left, and by several replicas at once: it goes by the rows alone.
 */
@FunctionalInterface
public interface Reaping {
    /** Removes what there is; whether nothing is left. */
    boolean reap(DSLContext transaction, AccountId account, Instant now);
}
