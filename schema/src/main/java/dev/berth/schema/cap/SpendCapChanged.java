package dev.berth.schema.cap;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cap was set, changed or taken away, or came to be reached or no longer is; all as it is now.
 *
 * @param workload whose cap it is; null unless it is of the kind {@code workload}
 * @param amountMinor the cap, or the credit that is left to a prepaid account; null when there is no cap any more
 * @param usedMinor what the period has cost so far
 * @param reason {@code set}, {@code removed}, {@code reached}, {@code released} or {@code new_period}
 */
public record SpendCapChanged(
        AccountId account,
        CapKind kind,
        @Nullable WorkloadId workload,
        @Nullable Long amountMinor,
        String currency,
        CapAction action,
        long usedMinor,
        boolean reached,
        String reason,
        Instant periodStart,
        Instant periodEnd,
        Instant occurredAt)
        implements CapEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
