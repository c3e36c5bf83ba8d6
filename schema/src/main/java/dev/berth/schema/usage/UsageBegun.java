package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;

/**
 * An interval of a container began and goes on. It says no use: that is told in pieces, the first of them with the next watermark.
 * Until then it is known by this what runs. May be told again for the same (container, start).
 *
 * @param intervalStart when the interval began
 */
public record UsageBegun(
        AccountId account,
        WorkloadId workload,
        ContainerId container,
        Instant intervalStart,
        CpuMillis cpuMillis,
        MemoryMib memoryMib)
        implements UsageEvent {
    @Override
    public String key() {
        return account.toString();
    }

    @Override
    public Instant occurredAt() {
        return intervalStart;
    }
}
