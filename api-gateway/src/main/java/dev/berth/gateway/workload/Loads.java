package dev.berth.gateway.workload;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What running containers use, told by the service that runs them. */
public interface Loads {
    /** The most workloads of one question. */
    int MOST_WORKLOADS = 200;

    /** How many containers one answer tells of; of more it leaves some out. */
    int MOST_CONTAINERS = 1_000;

    /**
     * One container.
     *
     * @param at when it was looked at, by its host's clock
     * @param cpuNanos since it started
     * @param memoryBytes without what the kernel would give back at once
     * @param ready whether it can be given work
     */
    record Load(
            ContainerId container,
            WorkloadId workload,
            Instant at,
            long cpuNanos,
            int cpuLimitMillis,
            long memoryBytes,
            long memoryLimitBytes,
            boolean ready) {}

    /**
     * Those of some workloads of any accounts. One of which nothing is known now is not among them.
     *
     * @throws RuntimeException when there is no answer
     */
    List<Load> of(Collection<WorkloadId> workloads);
}
