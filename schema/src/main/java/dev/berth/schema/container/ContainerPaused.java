package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;

/**
 * A running container was frozen as its owner wishes, or goes on ({@code paused} is false). It keeps its memory and is used as before,
 * so that nothing that is metered changes with it: it has no sequence of its container's facts, but {@code change}, which counts those of
 * this kind.
 */
public record ContainerPaused(
        ContainerId container, AccountId account, WorkloadId workload, boolean paused, Instant changedAt, long change)
        implements ContainerEvent {
    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return changedAt;
    }
}
