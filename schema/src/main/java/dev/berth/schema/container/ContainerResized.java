package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;

/**
 * The limits of a running container changed, at {@code resizedAt}; its use counts at the new size from that instant.
 */
public record ContainerResized(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        Instant resizedAt,
        long sequence)
        implements ContainerEvent {
    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return resizedAt;
    }
}
