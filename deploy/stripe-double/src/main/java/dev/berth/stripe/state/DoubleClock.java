package dev.berth.stripe.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The double's time: that of the machine, or a test's, and how far it was moved. Safe for use by several threads. */
public final class DoubleClock {
    private static final String KIND = "_clock";
    private static final String ID = "clock";

    private final InstantSource source;
    private final Store store;

    /** A clock whose distance is kept in the store. */
    public DoubleClock(InstantSource source, Store store) {
        this.source = source;
        this.store = store;
    }

    /** The time by which objects are made, webhooks are due, keys are forgotten. */
    public Instant now() {
        return source.instant().plusMillis(store.change(DoubleClock::offsetMillis));
    }

    /** The same within a transaction. */
    public Instant now(Tx tx) {
        return source.instant().plusMillis(offsetMillis(tx));
    }

    /** The time that was not moved: by it webhooks are signed, since their receiver checks with its own clock. */
    public Instant unmoved() {
        return source.instant();
    }

    private static long offsetMillis(Tx tx) {
        return tx.find(KIND, ID)
                .map(clock -> Json.number(clock, "offset_millis"))
                .orElse(0L);
    }

    /** Moves it; a negative duration moves it back. */
    public Instant advance(Duration by) {
        return store.change(tx -> {
            tx.put(KIND, Json.of("id", ID, "offset_millis", offsetMillis(tx) + by.toMillis()));
            return now(tx);
        });
    }
}
