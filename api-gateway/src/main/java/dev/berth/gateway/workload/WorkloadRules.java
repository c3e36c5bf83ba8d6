package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what a customer sent into what is to run, with the defaults; or says everything that is wrong with it. Pure. */
final class WorkloadRules {
    static final int MIN_CPU_MILLIS = 10;
    static final int MAX_CPU_MILLIS = 64_000;
    static final int MIN_MEMORY_MIB = 16;
    static final int MAX_MEMORY_MIB = 262_144;
    static final int MAX_REPLICAS = 100;
    static final int DEFAULT_RUNTIME_S = 3600;
    static final int MAX_RUNTIME_S = 86_400;
    static final int DEFAULT_STOP_GRACE_S = 10;
    static final int MAX_STOP_GRACE_S = 300;

    static final Pattern NAME = Pattern.compile("[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?");
    private static final Set<String> KINDS = Set.of("service", "job", "cron", "machine");

    private final Set<String> allowedHosts;

    WorkloadRules(Set<String> allowedHosts) {
        this.allowedHosts = allowedHosts;
    }

    /**
     * What a request makes.
     *
     * @throws Refusal 422 with every field that is wrong
     */
    Spec create(WorkloadRequest request) {
        FieldCheck check = new FieldCheck();
        String kind = check.require("kind", request.kind());
        if (!kind.isEmpty() && !KINDS.contains(kind)) {
            check.wrong("kind", "must be service, job, cron or machine");
        }
        String name = check.require("name", request.name());
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            check.wrong(
                    "name",
                    "must have 1 to 40 characters of a-z, 0-9 and '-', begin with a letter and not end with '-'");
        }
        boolean task = kind.equals("job") || kind.equals("cron");
        Spec draft = new Spec(
                name,
                KINDS.contains(kind) ? WorkloadKind.of(kind) : WorkloadKind.SERVICE,
                "",
                List.of(),
                List.of(),
                Map.of(),
                new CpuMillis(Size.XS.cpuMillis()),
                new MemoryMib(Size.XS.memoryMib()),
                1,
                List.of(),
                task ? RestartPolicy.ON_FAILURE : RestartPolicy.ALWAYS,
                task ? DEFAULT_RUNTIME_S : null,
                DEFAULT_STOP_GRACE_S,
                false,
                !kind.equals("machine"),
                Map.of(),
                Manner.USUAL);
        if (request.size() == null && (request.cpuMillis() == null) != (request.memoryMib() == null)) {
            check.wrong(
                    request.cpuMillis() == null ? "cpu_millis" : "memory_mib",
                    "is required beside the other, or give a size");
        }
        return merge(draft, request, check);
    }

    /**
     * What a request makes of what is there.
     *
     * @throws Refusal as {@link #create}
     */
    Spec change(Spec now, WorkloadRequest request) {
        FieldCheck check = new FieldCheck();
        if (request.name() != null && !request.name().equals(now.name())) {
            check.wrong("name", "cannot be changed; make another workload");
        }
        if (request.kind() != null && !request.kind().equals(now.kind().text())) {
            check.wrong("kind", "cannot be changed; make another workload");
        }
        return merge(now, request, check);
    }

    private Spec merge(Spec now, WorkloadRequest request, FieldCheck check) {
        boolean job = now.isTask();
        String image = request.image() == null ? now.image() : request.image();
        if (request.image() != null || image.isEmpty()) {
            ImageReference.check(image, allowedHosts).ifPresent(error -> check.wrong("image", error));
        }
        int[] size = size(now, request, check);
        Integer maxRuntime = now.maxRuntimeS();
        if (request.maxRuntimeS() != null) {
            if (job) {
                maxRuntime = check.number("max_runtime_s", request.maxRuntimeS(), DEFAULT_RUNTIME_S, 1, MAX_RUNTIME_S);
            } else {
                check.wrong("max_runtime_s", "is for jobs only; a service runs until it is stopped");
            }
        }
        boolean autoDestroy = orElse(request.autoDestroy(), now.autoDestroy());
        if (autoDestroy && now.kind() != WorkloadKind.JOB) {
            check.wrong("auto_destroy", "is for jobs only");
        }
        Manner manner = new MannerRules(now.kind(), now.name(), check).merge(now.manner(), request);
        int asked = job ? parallelism(now, request, check) : replicas(now, request, check);
        int replicas = AutoscaleRules.replicas(asked, manner.autoscale());
        Spec merged = new Spec(
                now.name(),
                now.kind(),
                image,
                check.words("command", request.command(), now.command()),
                check.words("args", request.args(), now.args()),
                check.env(request.env(), now.env()),
                new CpuMillis(size[0]),
                new MemoryMib(size[1]),
                replicas,
                check.ports(request.ports(), now.ports()),
                restart(now.restart(), request.restart(), job, check),
                maxRuntime,
                check.number("stop_grace_s", request.stopGraceS(), now.stopGraceS(), 1, MAX_STOP_GRACE_S),
                autoDestroy,
                orElse(request.readOnlyRoot(), now.readOnlyRoot()),
                check.labels(request.labels(), now.labels()),
                MountRules.writer(manner, replicas, names(request.rollout()), job, check));
        if (merged.kind() == WorkloadKind.MACHINE && !merged.manner().writes()) {
            check.wrong(
                    "volumes",
                    "must have a volume that a machine may write to: what it writes elsewhere goes with its container");
        }
        ContentRules.apart(merged.manner(), merged.env(), check);
        AutoscaleRules.apart(merged.manner(), check);
        check.done();
        return merged;
    }

    /**
     * What a way back to an earlier revision makes of what is there: its containers, at the size, replicas and policies of now.
     *
     * @throws Refusal 422 where these do not go together
     */
    static Spec back(Spec now, Spec was) {
        FieldCheck check = new FieldCheck();
        Spec back = now.as(was);
        Spec settled = back.with(MountRules.writer(back.manner(), back.replicas(), false, back.isTask(), check));
        AutoscaleRules.apart(settled.manner(), check);
        check.done();
        return settled;
    }

    /** Whether a strategy is chosen; other settings of a rollout go with any. */
    private static boolean names(@Nullable RolloutShape rollout) {
        return rollout != null && rollout.strategy() != null;
    }

    private static int[] size(Spec now, WorkloadRequest request, FieldCheck check) {
        if (request.size() == null) {
            return new int[] {
                check.number(
                        "cpu_millis", request.cpuMillis(), now.cpuMillis().value(), MIN_CPU_MILLIS, MAX_CPU_MILLIS),
                check.number("memory_mib", request.memoryMib(), now.memoryMib().value(), MIN_MEMORY_MIB, MAX_MEMORY_MIB)
            };
        }
        Optional<Size> size = Size.named(request.size());
        if (size.isEmpty()) {
            check.wrong("size", "must be one of " + Size.names());
        }
        if (request.cpuMillis() != null || request.memoryMib() != null) {
            check.wrong("size", "and cpu_millis and memory_mib exclude each other");
        }
        Size named = size.orElse(Size.XS);
        return new int[] {named.cpuMillis(), named.memoryMib()};
    }

    private static int replicas(Spec now, WorkloadRequest request, FieldCheck check) {
        if (request.parallelism() != null) {
            check.wrong("parallelism", "is for jobs and crons only; a service has replicas");
        }
        BigInteger asked = request.replicas();
        if (now.kind() == WorkloadKind.MACHINE && asked != null && !asked.equals(BigInteger.ONE)) {
            check.wrong("replicas", "must be 1 for a machine; make more of them");
            return now.replicas();
        }
        return check.number("replicas", asked, now.replicas(), 1, MAX_REPLICAS);
    }

    /** How many containers of a task there are at once, as a service has replicas. */
    private static int parallelism(Spec now, WorkloadRequest request, FieldCheck check) {
        BigInteger asked = request.replicas();
        boolean usual =
                asked == null || asked.equals(BigInteger.ONE) || asked.equals(BigInteger.valueOf(now.replicas()));
        if (!usual) {
            check.wrong(
                    "replicas",
                    "is for services only; the parallelism of a job says how many of its containers run at once, and completions how"
                            + " many must end well");
        }
        return check.number("parallelism", request.parallelism(), now.replicas(), 1, MAX_REPLICAS);
    }

    private static RestartPolicy restart(RestartPolicy now, @Nullable String asked, boolean job, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        switch (asked) {
            case "on_failure" -> {
                return RestartPolicy.ON_FAILURE;
            }
            case "never" -> {
                return RestartPolicy.NEVER;
            }
            case "always" -> {
                if (!job) {
                    return RestartPolicy.ALWAYS;
                }
            }
            default -> {
                // Falls through to the error below.
            }
        }
        check.wrong("restart", job ? "must be on_failure or never for a job" : "must be always, on_failure or never");
        return now;
    }

    private static boolean orElse(@Nullable Boolean asked, boolean now) {
        return asked == null ? now : asked;
    }
}
