package dev.berth.billing.edge;

import dev.berth.schema.wire.Inbox;
import java.util.Map;

/** The consumers of this service by the name of their group. */
public record Inboxes(Map<String, Inbox> byConsumer) {
    public Inboxes {
        byConsumer = Map.copyOf(byConsumer);
    }
}
