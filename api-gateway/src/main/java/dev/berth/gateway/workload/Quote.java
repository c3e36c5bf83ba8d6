package dev.berth.gateway.workload;

import dev.berth.schema.unit.Money;
import java.util.Map;

/**
 * The answer to {@code ?dry_run=true}: what it would cost, what it would do to the quota, and whether spend caps let it start. Nothing was
 * changed.
 */
public record Quote(boolean dryRun, Money perHour, Money perMonth, Effect quota, Funds.Verdict funds) {
    /**
     * What it would do to the quota.
     *
     * @param allowed whether it fits
     * @param after what would be used: containers, cpu_millis, memory_mib
     * @param missing by how much it does not fit; only what is missing
     */
    public record Effect(boolean allowed, Map<String, Long> after, Map<String, Long> missing) {}
}
