package dev.berth.gateway.workload;

import org.jspecify.annotations.Nullable;

/**
 * Within which bounds the replicas of a service follow what they use. At least one of the two targets is given.
 *
 * @param min the fewest replicas, from 1
 * @param max the most replicas, from {@code min}
 * @param cpuPercent the use of CPU that is aimed at, in percent of each replica's limit, averaged over the replicas
 * @param memoryPercent the same of memory
 * @param cooldownSeconds how long after a change nothing is taken away again
 */
record Autoscale(
        int min,
        int max,
        @Nullable Integer cpuPercent,
        @Nullable Integer memoryPercent,
        int cooldownSeconds) {
    /** The nearest number of replicas within the bounds. */
    int within(int replicas) {
        return Math.clamp(replicas, min, max);
    }
}
