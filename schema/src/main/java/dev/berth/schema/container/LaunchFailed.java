package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;

/**
 * A container never ran: the image is missing or refused, or the engine could not start it. Costs nothing. {@code code} is stable (such as
 * {@code image_not_found}); {@code message} is for people.
 */
public record LaunchFailed(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        long generation,
        int replica,
        String host,
        String code,
        String message,
        Instant failedAt,
        long sequence)
        implements ContainerEvent {
    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return failedAt;
    }
}
