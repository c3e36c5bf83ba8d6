package dev.berth.gateway.standing;

import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.WorkloadId;
import org.jspecify.annotations.Nullable;

/**
 * How a spend cap stood when billing last told of it.
 *
 * @param workload null unless it is a workload's
 * @param reached whether its action is in force
 */
public record SpendCap(
        CapKind kind,
        @Nullable WorkloadId workload,
        long amountMinor,
        String currency,
        long usedMinor,
        boolean reached) {}
