package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;

/**
 * A container runs. {@code startedAt} is the engine's {@code State.StartedAt} cut to milliseconds; {@code engineId} its full id
 * there. {@code sequence} counts the facts of one container from 1.
 */
public record ContainerStarted(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        long generation,
        int replica,
        String engineId,
        String host,
        String image,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        Instant startedAt,
        long sequence)
        implements ContainerEvent {
    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return startedAt;
    }
}
