package dev.berth.gateway.workload;

import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is to run, checked by {@link WorkloadRules}. Times in seconds; {@code maxRuntimeS} is a job's. */
record Spec(
        String name,
        WorkloadKind kind,
        String image,
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
        Manner manner) {
    Spec {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
        ports = List.copyOf(ports);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Whether it runs to its end: a job or a cron. */
    boolean isTask() {
        return kind == WorkloadKind.JOB || kind == WorkloadKind.CRON;
    }

    /** How many containers of a task must end well; of other kinds as many as there are. */
    int completions() {
        return manner.completions() == null ? replicas : manner.completions();
    }

    /** How long a change may take before it is a failure: a task its run, a service its rollout. */
    Duration mayTake() {
        int rollout = Rollouts.usual(manner.rollout()).deadlineSeconds();
        return Duration.ofSeconds(maxRuntimeS == null ? rollout : maxRuntimeS);
    }

    /** Whether containers of the other cannot become containers of this: anything but size, replicas and policies differs. */
    boolean replaces(Spec other) {
        return !image.equals(other.image)
                || !command.equals(other.command)
                || !args.equals(other.args)
                || !env.equals(other.env)
                || !ports.equals(other.ports)
                || !labels.equals(other.labels)
                || readOnlyRoot != other.readOnlyRoot
                || manner.replaces(other.manner);
    }

    /** What makes containers as another has it; size, replicas and policies as here. */
    Spec as(Spec other) {
        return new Spec(
                name,
                kind,
                other.image,
                other.command,
                other.args,
                other.env,
                cpuMillis,
                memoryMib,
                replicas,
                other.ports,
                restart,
                maxRuntimeS,
                stopGraceS,
                autoDestroy,
                other.readOnlyRoot,
                other.labels,
                manner.as(other.manner));
    }

    /** With another number of replicas. */
    Spec scaled(int next) {
        return new Spec(
                name,
                kind,
                image,
                command,
                args,
                env,
                cpuMillis,
                memoryMib,
                next,
                ports,
                restart,
                maxRuntimeS,
                stopGraceS,
                autoDestroy,
                readOnlyRoot,
                labels,
                manner);
    }

    /** In another manner. */
    Spec with(Manner next) {
        return new Spec(
                name,
                kind,
                image,
                command,
                args,
                env,
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
                next);
    }
}
