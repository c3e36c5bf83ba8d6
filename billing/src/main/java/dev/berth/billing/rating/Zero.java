package dev.berth.billing.rating;

import dev.berth.schema.id.WorkloadId;

/** What ran and costs nothing: whose, and why; {@code ofVolume} where the workload's id is a volume's. */
public record Zero(WorkloadId workload, String reason, boolean ofVolume) implements Comparable<Zero> {
    @Override
    public int compareTo(Zero other) {
        int byId = workload.toString().compareTo(other.workload.toString());
        return byId != 0 ? byId : reason.compareTo(other.reason);
    }
}
