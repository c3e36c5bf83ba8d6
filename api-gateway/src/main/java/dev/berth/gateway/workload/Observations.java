package dev.berth.gateway.workload;

import dev.berth.schema.id.WorkloadId;
import java.util.Collection;
import java.util.Map;

/** What runs, from the feed's mirror. Only shown, never decided upon. */
public interface Observations {
    /** What is known of these workloads; one of which nothing is known is not in the map. */
    Map<WorkloadId, Observed> of(Collection<WorkloadId> workloads);
}
