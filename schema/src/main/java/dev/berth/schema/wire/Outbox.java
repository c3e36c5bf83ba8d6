package dev.berth.schema.wire;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.id.EventId;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Where a service puts the events it causes, in the transaction that causes them. {@link OutboxRelay} carries them to Kafka
 * after the commit. Events of one partition are published in the order in which their transactions commit: appending takes a
 * transaction-scoped advisory lock per partition. A transaction that appends more than once does so through one
 * {@link #appendAll}, which takes the locks in a fixed order, so that two such transactions cannot deadlock. Thread-safe.
 */
public final class Outbox {
    /** The greatest JSON form of an event, in bytes; Kafka's default for a record is 1 MiB with its headers. */
    public static final int MAX_BYTES = 900_000;

    /** An event that is not written yet, and why it happened. */
    public record Draft(Event event, Cause cause) {}

    public Outbox(Service service) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes one event.
     *
     * @param transaction a context inside the transaction that changes the state
     * @throws IllegalArgumentException if the service does not write to the event's topic, or the event is larger than
     *     {@link #MAX_BYTES}
     */
    public EventId append(DSLContext transaction, Event event, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Writes several, in their order; see {@link #append}. One statement, for hundreds of events. */
    public List<EventId> appendAll(DSLContext transaction, List<Draft> drafts) {
        throw new UnsupportedOperationException();
    }
}
