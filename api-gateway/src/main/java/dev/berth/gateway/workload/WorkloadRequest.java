package dev.berth.gateway.workload;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a customer sends to create or to change a workload; nothing in it is checked yet. Null is "not given": the default when
 * creating, "as it is" when changing; an empty text or list, or a check of the type {@code none}, takes back to the default. Numbers are of any size so that a refusal can name the range. Build one from a map of
 * JSON names with {@link #of}.
 */
public record WorkloadRequest(
        @Nullable String name,
        @Nullable String kind,
        @Nullable String image,
        @Nullable List<@Nullable String> command,
        @Nullable List<@Nullable String> args,
        @Nullable Map<String, @Nullable String> env,
        @Nullable String size,
        @Nullable BigInteger cpuMillis,
        @Nullable BigInteger memoryMib,
        @Nullable BigInteger replicas,
        @Nullable List<@Nullable BigInteger> ports,
        @Nullable String restart,
        @Nullable BigInteger maxRuntimeS,
        @Nullable BigInteger stopGraceS,
        @Nullable Boolean autoDestroy,
        @Nullable Boolean readOnlyRoot,
        @Nullable Map<String, @Nullable String> labels,
        @Nullable List<@Nullable SecretShape> secrets,
        @Nullable CheckShape healthCheck,
        @Nullable CheckShape readinessCheck,
        @Nullable RolloutShape rollout,
        @Nullable BigInteger retries,
        @Nullable List<@Nullable String> dependsOn,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String stopSignal,
        @Nullable ScheduleShape schedule,
        @Nullable List<@Nullable MountShape> volumes,
        @Nullable List<@Nullable FileShape> files,
        @Nullable List<@Nullable NetworkShape> networks,
        @Nullable String pullPolicy,
        @Nullable BigInteger parallelism,
        @Nullable BigInteger completions,
        @Nullable AutoscaleShape autoscale,
        @Nullable Boolean stdin,
        @Nullable Boolean tty) {
    /** With the zone of a schedule where none is given. */
    WorkloadRequest in(String zone) {
        return schedule == null || schedule.timeZone() != null ? this : with(schedule.in(zone), volumes);
    }

    /** With other mounts. */
    WorkloadRequest mounting(List<@Nullable MountShape> next) {
        return with(schedule, next);
    }

    private WorkloadRequest with(
            @Nullable ScheduleShape nextSchedule, @Nullable List<@Nullable MountShape> nextVolumes) {
        return new WorkloadRequest(
                name,
                kind,
                image,
                command,
                args,
                env,
                size,
                cpuMillis,
                memoryMib,
                replicas,
                ports,
                restart,
                maxRuntimeS,
                stopGraceS,
                autoDestroy,
                readOnlyRoot,
                labels,
                secrets,
                healthCheck,
                readinessCheck,
                rollout,
                retries,
                dependsOn,
                workingDir,
                user,
                stopSignal,
                nextSchedule,
                nextVolumes,
                files,
                networks,
                pullPolicy,
                parallelism,
                completions,
                autoscale,
                stdin,
                tty);
    }

    /**
     * Makes one from JSON names and values, such as {@code Map.of("name", "web", "image", "nginx", "size", "s")}.
     *
     * @throws tools.jackson.core.JacksonException if a name is unknown or a value has the wrong type
     */
    public static WorkloadRequest of(Map<String, ?> members) {
        return dev.berth.schema.wire.Json.mapper().convertValue(members, WorkloadRequest.class);
    }
}
