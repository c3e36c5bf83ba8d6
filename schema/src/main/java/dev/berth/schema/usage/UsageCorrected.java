package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece that was recorded before turned out different: late, missing or contradicting facts came. The piece (container, start) now ends
 * at {@code end}, has this size and is billed or not; {@code end} equal to {@code start} withdraws it. {@code revision} counts the
 * corrections of a piece from 1, the greatest wins.
 *
 * @param egressBytes what of its meter of egress was read in the piece, billed as the piece is; null, as before there was any, for none
 */
public record UsageCorrected(
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
        int revision,
        String reason,
        @Nullable Long egressBytes)
        implements UsageEvent {
    /** Without egress. */
    public UsageCorrected(
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
            int revision,
            String reason) {
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
                revision,
                reason,
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
