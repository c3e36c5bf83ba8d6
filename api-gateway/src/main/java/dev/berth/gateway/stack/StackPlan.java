package dev.berth.gateway.stack;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a Compose file would become; the answer to a dry run.
 *
 * @param allowed whether the stack would be made
 * @param workloads the requests that would make its workloads, in the order in which they are made
 * @param volumes that would be made unless they are there
 * @param findings what is used in another way, or not, or refused
 */
record StackPlan(
        boolean dryRun,
        boolean allowed,
        List<Map<String, Object>> workloads,
        Set<String> volumes,
        List<Finding> findings) {}
