package dev.berth.gateway.stack;

import java.util.List;
import java.util.Map;

/**
 * What a Compose file would become; the answer to a dry run.
 *
 * @param allowed whether the stack would be made
 * @param workloads the requests that would make its workloads, in the order in which they are made
 * @param volumes that would be made unless they are there, with their size in GiB
 * @param findings what is used in another way, or not, or refused
 */
public record StackPlan(
        boolean dryRun,
        boolean allowed,
        List<Map<String, Object>> workloads,
        Map<String, Integer> volumes,
        List<Finding> findings) {}
