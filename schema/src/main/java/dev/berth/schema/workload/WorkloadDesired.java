package dev.berth.schema.workload;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole wish, at one generation. A greater generation replaces a smaller one; an equal or smaller one is old news.
 *
 * <p>{@code revision} grows when containers must be replaced to follow (image, command, args, env, ports, labels …); {@code run}
 * grows when they must be replaced although nothing changed (a restart, a job's next run). A change of size or of replicas moves
 * neither: size is applied in place. {@code heldBy} says why a wish that its owner set to running is stopped: the account's
 * standing, such as {@code suspended}; null when nothing holds it. {@code cause*} of the wish travels in the event's headers.
 *
 * <p>The components after {@code occurredAt} came later: null is what the wishes before them meant. Without a health check a
 * container works while it runs; without a readiness check the health check stands for it; {@code retries} is how many
 * runs may follow a failed one of a job; {@code dependsOn} names workloads of the account that must be ready, or a job that must
 * have ended well, before the first container starts; without {@code networks} it is in the account's own one; without
 * {@code pullPolicy} the registry is asked for {@code latest} and for names without tag only, as with
 * {@link PullPolicy#ALWAYS}; {@code completions} is how many containers of a job must end well, of which at most {@code replicas} run
 * at once (null: as many as replicas); {@code paused} freezes its containers as they are; {@code stdin} leaves
 * the input of the main process open, for whoever attaches, and {@code tty} gives it a terminal; the others are the image's own.
 */
public record WorkloadDesired(
        WorkloadId workload,
        AccountId account,
        String name,
        WorkloadKind kind,
        long generation,
        long revision,
        long run,
        DesiredState state,
        @Nullable String heldBy,
        String image,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        CpuMillis cpuMillis,
        MemoryMib memoryMib,
        int replicas,
        List<Integer> ports,
        RestartPolicy restart,
        @Nullable Integer maxRuntimeSeconds,
        int stopGraceSeconds,
        boolean autoDestroy,
        boolean readOnlyRoot,
        Map<String, String> labels,
        Instant occurredAt,
        @Nullable HealthCheck healthCheck,
        @Nullable HealthCheck readinessCheck,
        @Nullable RolloutWish rollout,
        @Nullable Integer retries,
        @Nullable List<String> dependsOn,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String stopSignal,
        @Nullable List<VolumeMount> volumes,
        @Nullable List<SecretUse> secrets,
        @Nullable List<FileWish> files,
        @Nullable List<NetworkUse> networks,
        @Nullable PullPolicy pullPolicy,
        @Nullable RegistryLogin registryLogin,
        @Nullable Integer completions,
        @Nullable Boolean paused,
        @Nullable Boolean stdin,
        @Nullable Boolean tty)
        implements WorkloadEvent {
    public WorkloadDesired {
        if (generation < 1 || revision < 1 || run < 1 || replicas < 0) {
            throw new IllegalArgumentException("generation %d, revision %d, run %d are from 1, replicas %d from 0"
                    .formatted(generation, revision, run, replicas));
        }
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
        ports = List.copyOf(ports);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        dependsOn = dependsOn == null ? null : List.copyOf(dependsOn);
        volumes = volumes == null ? null : List.copyOf(volumes);
        secrets = secrets == null ? null : List.copyOf(secrets);
        files = files == null ? null : List.copyOf(files);
        networks = networks == null ? null : List.copyOf(networks);
    }

    @Override
    public String key() {
        return workload.toString();
    }
}
