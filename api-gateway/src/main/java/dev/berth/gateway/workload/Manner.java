package dev.berth.gateway.workload;

import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.PullPolicy;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.RolloutWish;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a workload is started, watched and changed over, checked by {@link MannerRules}; null is "as usual", which
 * {@link dev.berth.schema.workload.WorkloadDesired} explains.
 *
 * @param retries of a job
 * @param dependsOn names of workloads of the account
 * @param volumes that its containers have in their file systems
 * @param networks of the account; none is its own one
 * @param pullPolicy when the registry of its image is asked; null by the image's tag
 * @param registryLogin what the registry of its image is shown; null where the account is a stranger
 * @param completions of a job, at most as many at once as it has replicas
 * @param autoscale of a service
 * @param stdin whether the input of the main process is open; true or null
 * @param tty whether the main process has a terminal; true or null
 */
record Manner(
        @Nullable HealthCheck healthCheck,
        @Nullable HealthCheck readinessCheck,
        @Nullable RolloutWish rollout,
        @Nullable Integer retries,
        List<String> dependsOn,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String stopSignal,
        @Nullable Schedule schedule,
        List<MountWish> volumes,
        List<SecretWish> secrets,
        List<FileWish> files,
        List<NetworkUse> networks,
        @Nullable PullPolicy pullPolicy,
        @Nullable RegistryLogin registryLogin,
        @Nullable Integer completions,
        @Nullable Autoscale autoscale,
        @Nullable Boolean stdin,
        @Nullable Boolean tty) {
    static final Manner USUAL = new Manner(
            null, null, null, null, List.of(), null, null, null, null, List.of(), List.of(), List.of(), List.of(), null,
            null, null, null, null, null);

    @SuppressWarnings("NullAway") // as it is read from a row of before there was a list
    Manner {
        dependsOn = dependsOn == null ? List.of() : List.copyOf(dependsOn);
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        secrets = secrets == null ? List.of() : List.copyOf(secrets);
        files = files == null ? List.of() : List.copyOf(files);
        networks = networks == null ? List.of() : List.copyOf(networks);
        stdin = Boolean.TRUE.equals(stdin) ? true : null;
        tty = Boolean.TRUE.equals(tty) ? true : null;
    }

    /** Whether containers of the other cannot become containers of this. */
    boolean replaces(Manner other) {
        return !Objects.equals(healthCheck, other.healthCheck)
                || !Objects.equals(readinessCheck, other.readinessCheck)
                || !Objects.equals(workingDir, other.workingDir)
                || !Objects.equals(user, other.user)
                || !Objects.equals(stopSignal, other.stopSignal)
                || !volumes.equals(other.volumes)
                || !secrets.equals(other.secrets)
                || !files.equals(other.files)
                || !networks.equals(other.networks)
                || !Objects.equals(stdin, other.stdin)
                || !Objects.equals(tty, other.tty);
    }

    /** Whether its containers may write to a volume. */
    boolean writes() {
        return volumes.stream().anyMatch(mount -> !mount.readOnly());
    }

    /** With its secrets looked up, or at another version. */
    Manner sealed(List<SecretWish> next) {
        return new Manner(
                healthCheck,
                readinessCheck,
                rollout,
                retries,
                dependsOn,
                workingDir,
                user,
                stopSignal,
                schedule,
                volumes,
                next,
                files,
                networks,
                pullPolicy,
                registryLogin,
                completions,
                autoscale,
                stdin,
                tty);
    }

    /** With what the registry of its image is shown. */
    Manner shown(@Nullable RegistryLogin next) {
        return new Manner(
                healthCheck,
                readinessCheck,
                rollout,
                retries,
                dependsOn,
                workingDir,
                user,
                stopSignal,
                schedule,
                volumes,
                secrets,
                files,
                networks,
                pullPolicy,
                next,
                completions,
                autoscale,
                stdin,
                tty);
    }

    /** With another way to change over. */
    Manner with(@Nullable RolloutWish next) {
        return new Manner(
                healthCheck,
                readinessCheck,
                next,
                retries,
                dependsOn,
                workingDir,
                user,
                stopSignal,
                schedule,
                volumes,
                secrets,
                files,
                networks,
                pullPolicy,
                registryLogin,
                completions,
                autoscale,
                stdin,
                tty);
    }

    /** What makes containers as the other has it, the rest as here. */
    Manner as(Manner other) {
        return new Manner(
                other.healthCheck,
                other.readinessCheck,
                rollout,
                retries,
                dependsOn,
                other.workingDir,
                other.user,
                other.stopSignal,
                schedule,
                other.volumes,
                other.secrets,
                other.files,
                other.networks,
                pullPolicy,
                registryLogin,
                completions,
                autoscale,
                other.stdin,
                other.tty);
    }
}
