package dev.berth.provisioner.lifecycle;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * A transaction in which rows change and facts are told. The facts are collected and written as one at its end, since that is
 * how the outbox takes its locks without deadlock.
 *
 * @param dsl inside the transaction
 * @param now when it began, by this machine's clock
 */
public record FactTransaction(DSLContext dsl, Instant now, List<Outbox.Draft> facts) {
    /** With no facts so far. */
    public FactTransaction(DSLContext dsl, Instant now) {
        this(dsl, now, new ArrayList<>());
    }

    /** Tells a fact. */
    public void tell(Event fact, Cause cause) {
        facts.add(new Outbox.Draft(fact, cause));
    }
}
