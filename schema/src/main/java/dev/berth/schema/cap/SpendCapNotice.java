package dev.berth.schema.cap;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * So much of a cap is used: once for each cap, billing period and percentage.
 *
 * @param workload whose cap it is; null unless it is of the kind {@code workload}
 * @param percent 75, 90 or 100
 */
public record SpendCapNotice(
        AccountId account,
        CapKind kind,
        @Nullable WorkloadId workload,
        int percent,
        long amountMinor,
        String currency,
        CapAction action,
        long usedMinor,
        Instant periodStart,
        Instant periodEnd,
        Instant occurredAt)
        implements CapEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
