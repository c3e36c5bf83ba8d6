package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of use is complete: one container at one size over {@code [start, end)}, which never crosses a UTC hour. Known for ever by
 * (container, start). The interval it was cut from began at {@code intervalStart} and ended at {@code intervalEnd}, null while it
 * goes on. Quantities follow: {@code end - start} in ms, times size. A piece that is not {@code billed} says why in
 * {@code zeroReason}, such as {@code launch_failed} or {@code missing_stop}.
 *
 * @param egressBytes what of its meter of egress was read in the piece, billed as the piece is; null, as before there was any, for none
 */
public record UsageRecorded(
        AccountId account,
        WorkloadId workload,
        ContainerId container,
        @Nullable String engineId,
        Instant intervalStart,
        @Nullable Instant intervalEnd,
        Instant start,
        Instant end,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        boolean billed,
        @Nullable String zeroReason,
        @Nullable Long egressBytes)
        implements UsageEvent {
    /** Without egress. */
    public UsageRecorded(
            AccountId account,
            WorkloadId workload,
            ContainerId container,
            @Nullable String engineId,
            Instant intervalStart,
            @Nullable Instant intervalEnd,
            Instant start,
            Instant end,
            CpuMillis cpuMillis,
            MemoryMib memoryMib,
            boolean billed,
            @Nullable String zeroReason) {
        this(
                account,
                workload,
                container,
                engineId,
                intervalStart,
                intervalEnd,
                start,
                end,
                cpuMillis,
                memoryMib,
                billed,
                zeroReason,
                null);
    }

    @Override
    public String key() {
        return account.toString();
    }

    @Override
    public Instant occurredAt() {
        return end;
    }
}
