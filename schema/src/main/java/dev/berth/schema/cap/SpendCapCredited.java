package dev.berth.schema.cap;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was used beyond a cap and the bound of its overshoot is credited; the next invoice uses it up.
 *
 * @param workload whose cap it is; null unless it is of the kind {@code workload}
 * @param boundMinor how far beyond the cap use may come before it is stopped
 * @param creditedMinor what is credited now, above zero
 */
public record SpendCapCredited(
        AccountId account,
        CapKind kind,
        @Nullable WorkloadId workload,
        long amountMinor,
        String currency,
        long usedMinor,
        long boundMinor,
        long creditedMinor,
        Instant periodStart,
        Instant periodEnd,
        Instant occurredAt)
        implements CapEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
