package dev.berth.metering;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/**
 * Several threads of the one consumer of container facts: they share the partitions as replicas do, so that one reads and parses while
 * the database works for another. Not thread-safe in start and close.
 */
record IntervalInboxes(List<Inbox> threads) {
    /**
     * Facts in one transaction when there is a backlog. The more of them, the more containers have their start and their stop in one, which
     * then make one row and no change of it.
     */
    private static final int MAX_BATCH = 4_000;

    static IntervalInboxes of(Wire wire, Inbox.Handler handler, int threads) {
        if (threads < 1 || threads > Topic.PARTITIONS) {
            throw new IllegalArgumentException(
                    "berth.metering.consumers must be 1 to %d, not %d".formatted(Topic.PARTITIONS, threads));
        }
        List<Inbox> inboxes = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            inboxes.add(new Inbox(wire, Consumer.METERING_INTERVAL, handler, MAX_BATCH));
        }
        return new IntervalInboxes(List.copyOf(inboxes));
    }

    void start() {
        threads.forEach(Inbox::start);
    }

    void close() {
        threads.forEach(Inbox::close);
    }

    /** Whether more facts wait than one transaction takes. */
    boolean areBehind() {
        return threads.stream().mapToLong(inbox -> inbox.status().lag()).sum() > MAX_BATCH;
    }

    /** Any of them, for what they have in common: the quarantine. */
    Inbox any() {
        return threads.getFirst();
    }
}
