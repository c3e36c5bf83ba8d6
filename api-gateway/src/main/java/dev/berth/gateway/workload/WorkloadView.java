package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workload as the API answers it: the wish, and beside it what is observed.
 *
 * @param imageDigest what the image's name meant when the first container of the revision and run was made; null until that is known, and
 *     for an image of the host
 * @param pullPolicy {@code always} or {@code if_not_present}; null for the default: always for the tag {@code latest} and for none,
 *     otherwise if not present
 * @param networks those that were asked for; none is the account's own one
 * @param parallelism how many containers of a job run at once; null for other kinds
 * @param stdin whether the input of the main process is open for whoever attaches
 * @param tty whether the main process has a terminal
 * @param recommendation of autoscaling; null without it, and before its first look
 * @param etag for {@code If-Match}: the generation in quotes
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record WorkloadView(
        WorkloadId id,
        String name,
        WorkloadKind kind,
        String image,
        @Nullable String imageDigest,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        int replicas,
        List<Integer> ports,
        RestartPolicy restart,
        @Nullable Integer maxRuntimeS,
        int stopGraceS,
        boolean autoDestroy,
        boolean readOnlyRoot,
        Map<String, String> labels,
        @Nullable CheckShape healthCheck,
        @Nullable CheckShape readinessCheck,
        @Nullable RolloutShape rollout,
        @Nullable Integer retries,
        List<String> dependsOn,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String stopSignal,
        @Nullable ScheduleShape schedule,
        List<MountShape> volumes,
        List<SecretShape> secrets,
        List<FileShape> files,
        List<NetworkShape> networks,
        @Nullable String pullPolicy,
        @Nullable Integer parallelism,
        @Nullable Integer completions,
        @Nullable AutoscaleShape autoscale,
        boolean stdin,
        boolean tty,
        Instant createdAt,
        Instant updatedAt,
        long generation,
        String etag,
        Desired desired,
        Observed observed,
        @Nullable Recommendation recommendation) {
    /**
     * The wish.
     *
     * @param state {@code running}, {@code stopped} or {@code removed}
     * @param heldBy why it is stopped although its owner wants it to run: {@code suspended}, {@code closed} or
     *     {@code cap_reached}; null when nothing holds it
     * @param paused whether its containers are to be frozen as they are; they keep their memory, are metered and count in the quota
     */
    public record Desired(
            String state,
            long generation,
            long revision,
            long run,
            int replicas,
            @Nullable String heldBy,
            boolean paused) {}

    /**
     * What autoscaling said at its last look.
     *
     * @param replicas that it wants, within the bounds of the workload; the quota may allow fewer, which the message says
     * @param message what was seen and what followed, such as {@code cpu 83 % of 250 m, aim 50 %: 2 to 4}
     * @param at when it looked
     */
    public record Recommendation(int replicas, String message, Instant at) {}
}
