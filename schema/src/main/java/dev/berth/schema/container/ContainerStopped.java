package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container stopped. Both times are the engine's, {@code State.StartedAt} and {@code State.FinishedAt}, cut to milliseconds, so that
 * this one fact makes the whole interval even when it comes before its start. {@code exitCode} is null where the engine gives none.
 * {@code provenUntil} is null unless the engine's end cannot be true, since the host itself had gone down: then it is up to when it is
 * proven that the container ran, between both times, and the rest is the platform's fault.
 */
public record ContainerStopped(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        String engineId,
        String host,
        Instant startedAt,
        Instant finishedAt,
        @Nullable Integer exitCode,
        boolean oomKilled,
        StopReason reason,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        long sequence,
        @Nullable Instant provenUntil)
        implements ContainerEvent {
    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return finishedAt;
    }
}
