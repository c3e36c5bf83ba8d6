package dev.berth.metering.edge;

import dev.berth.schema.wire.Inbox;
import java.util.Map;

/** The consumers of this service by name; of several threads of one consumer any serves. */
public record Inboxes(Map<String, Inbox> byConsumer) {
    public Inboxes {
        byConsumer = Map.copyOf(byConsumer);
    }
}
