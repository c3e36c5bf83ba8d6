package dev.berth.gateway.workload;

import dev.berth.schema.id.WorkloadId;

/**
 * What became so far of the indices of a job's run.
 *
 * @param generation of the newest wish that was known to whoever counted
 * @param completions how many are to end well
 * @param failed how many did not and are not tried again
 */
public record JobCount(WorkloadId workload, long generation, int completions, int succeeded, int failed) {}
