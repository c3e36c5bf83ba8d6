package dev.berth.gateway.workload;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.id.WorkloadId;
import java.util.Optional;

/** How far the fetching of images is. Asked of the provisioner when somebody looks, since to tell it would be a flood; only shown. */
public interface Fetching {
    /**
     * In words, such as {@code pulling: 34 of 120 MiB}; empty when no image of the workload is being fetched, or nobody answers at once.
     */
    Optional<String> howFar(WorkloadId workload, RequestContext context);
}
