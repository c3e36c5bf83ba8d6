package dev.berth.gateway.trigger;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often a trigger may be called; each replica of the gateway counts for itself.
 *
 * @param burst how many calls at once
 * @param perMinute how many come back each minute
 */
@ConfigurationProperties("berth.triggers")
record TriggerProperties(
        @DefaultValue("10") int burst, @DefaultValue("10") int perMinute) {
    TriggerProperties {
        if (burst < 1 || perMinute < 1) {
            throw new IllegalArgumentException(
                    "berth.triggers has a burst from 1 and a per-minute from 1, not %d and %d"
                            .formatted(burst, perMinute));
        }
    }
}
