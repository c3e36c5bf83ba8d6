package dev.berth.provisioner.testing;

import dev.berth.provisioner.desired.Wish;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.PullPolicy;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.SecretUse;
import dev.berth.schema.workload.VolumeMount;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Makes wishes for tests: a plain service, changed by what a test cares for. */
public final class Wishes {
    public final WorkloadId workload;
    public final AccountId account;
    public String name = "web";
    public WorkloadKind kind = WorkloadKind.SERVICE;
    public long generation = 1;
    public long revision = 1;
    public long run = 1;
    public DesiredState state = DesiredState.RUNNING;
    public String heldBy;
    public String image = "server:1";
    public List<String> command = List.of();
    public List<String> args = List.of();
    public Map<String, String> env = Map.of();
    public int cpuMillis = 100;
    public int memoryMib = 64;
    public int replicas = 1;
    public RestartPolicy restart = RestartPolicy.ALWAYS;
    public Integer maxRuntimeSeconds;
    public int stopGraceSeconds = 5;
    public boolean readOnlyRoot = true;
    public Map<String, String> labels = Map.of();
    public HealthCheck healthCheck;
    public HealthCheck readinessCheck;
    public RolloutWish rollout;
    public Integer retries;
    public List<String> dependsOn;
    public List<VolumeMount> volumes;
    public List<SecretUse> secrets;
    public List<FileWish> files;

    public List<NetworkUse> networks;

    public PullPolicy pullPolicy;

    public RegistryLogin registryLogin;

    public Integer completions;

    public Boolean paused;

    public Boolean stdin;

    public Boolean tty;

    public Wishes(WorkloadId workload, AccountId account) {
        this.workload = workload;
        this.account = account;
    }

    public static Wishes of(AccountId account) {
        return new Wishes(WorkloadId.next(), account);
    }

    /** The event. */
    public WorkloadDesired event(Instant at) {
        return new WorkloadDesired(
                workload,
                account,
                name,
                kind,
                generation,
                revision,
                run,
                state,
                heldBy,
                image,
                command,
                args,
                env,
                new CpuMillis(cpuMillis),
                new MemoryMib(memoryMib),
                replicas,
                List.of(8080),
                restart,
                maxRuntimeSeconds,
                stopGraceSeconds,
                false,
                readOnlyRoot,
                labels,
                at,
                healthCheck,
                readinessCheck,
                rollout,
                retries,
                dependsOn,
                null,
                null,
                null,
                volumes,
                secrets,
                files,
                networks,
                pullPolicy,
                registryLogin,
                completions,
                paused,
                stdin,
                tty);
    }

    /** The wish, caused by a call of its own. */
    public Wish.Wanted wish(Instant at) {
        return new Wish.Wanted(event(at), cause(at));
    }

    /** A call at an instant. */
    public static Cause cause(Instant at) {
        return new Cause(OperationId.next().toString(), "usr_test", at, null);
    }
}
