package dev.berth.schema.workload;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;

/**
 * The wish is withdrawn: its containers stop and go. The last event of a workload.
 */
public record WorkloadRemoved(WorkloadId workload, AccountId account, long generation, Instant occurredAt)
        implements WorkloadEvent {
    @Override
    public String key() {
        return workload.toString();
    }
}
