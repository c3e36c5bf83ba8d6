package dev.berth.gateway.account;

import dev.berth.schema.id.AccountId;
import org.jooq.DSLContext;

/** What a room below does in the transaction that opens an account. */
@FunctionalInterface
public interface Opening {
    /** The account is there; its limits are these. */
    void opened(DSLContext transaction, AccountId account, Limits limits);
}
