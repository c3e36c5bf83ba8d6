package dev.berth.billing.cap;

import dev.berth.billing.customer.Customer;
import dev.berth.schema.Event;
import java.util.Optional;
import org.jooq.DSLContext;

/** How accounts stand, which a cap changes. */
public interface Standings {
    /**
     * Writes whether a cap of an account stops it, in the transaction at hand, after the locks of the account's caps.
     *
     * @return what the caller must append to the outbox; empty if it was so before
     */
    Optional<Event> capReached(DSLContext transaction, Customer customer, boolean reached);
}
