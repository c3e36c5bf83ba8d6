package dev.berth.provisioner.stream;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Stats;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.Readiness;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Identity;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the running containers of many workloads used up to now, for the gateway, which scales by it. One look at a time, some containers
 * at once; one that the engine does not tell of in time is left out.
 */
@RestController
class LoadsHttp {
    /** The most workloads of a request. */
    static final int MAX_WORKLOADS = 200;

    /** The most containers of an answer; of more, the youngest are left out. */
    static final int MAX_CONTAINERS = 1_000;

    private static final int AT_ONCE = 8;
    private static final Duration AT_MOST = Duration.ofSeconds(7);

    /** What is asked for. */
    record Asked(@Nullable List<@Nullable String> workloads) {}

    /**
     * A container in JSON.
     *
     * @param at when the engine looked
     * @param cpuNanos since it started
     * @param memoryBytes without what the kernel would give back at once
     * @param ready whether it can be given work
     */
    record Load(
            ContainerId container,
            WorkloadId workload,
            Instant at,
            long cpuNanos,
            int cpuLimitMillis,
            long memoryBytes,
            long memoryLimitBytes,
            boolean ready) {}

    /** All of them. */
    record Loads(List<Load> data) {}

    private final DSLContext dsl;
    private final ContainerRepository containers;
    private final ContainerEngine engine;
    private final Readiness readiness;
    private final ReentrantLock looks = new ReentrantLock();
    private final ExecutorService lookers = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofVirtual().name("loads-", 0).factory());

    LoadsHttp(DSLContext dsl, ContainerRepository containers, ContainerEngine engine, Readiness readiness) {
        this.dsl = dsl;
        this.containers = containers;
        this.engine = engine;
        this.readiness = readiness;
    }

    @PostMapping("/internal/v1/loads")
    Loads loads(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity, @RequestBody Asked asked)
            throws InterruptedException {
        if (!identity.operator()) {
            throw new Refusal(ProblemCode.NOT_FOUND, "there is no such route");
        }
        List<WorkloadId> workloads = read(asked);
        if (!readiness.tells()) {
            throw new Refusal(ProblemCode.UNAVAILABLE, "another replica asks how containers are, or none does so far");
        }
        if (!looks.tryLock()) {
            throw new Refusal(ProblemCode.UNAVAILABLE, "another look goes on");
        }
        try {
            return new Loads(look(containers.running(dsl, workloads, MAX_CONTAINERS)));
        } finally {
            looks.unlock();
        }
    }

    private List<Load> look(List<Container> running) throws InterruptedException {
        List<Callable<Optional<Load>>> tasks = running.stream()
                .<Callable<Optional<Load>>>map(one -> () -> look(one))
                .toList();
        return lookers.invokeAll(tasks, AT_MOST.toMillis(), TimeUnit.MILLISECONDS).stream()
                .flatMap(task -> told(task).stream())
                .toList();
    }

    private Optional<Load> look(Container container) {
        try {
            Stats used = engine.sample(container.engineName());
            return Optional.of(new Load(
                    container.id(),
                    container.workload(),
                    used.at(),
                    used.cpuNanos(),
                    container.size().cpuMillis().value(),
                    used.memoryBytes(),
                    container.size().memoryMib().bytes(),
                    readiness.of(container.id()) && !container.frozen().is()));
        } catch (EngineException e) {
            return Optional.empty(); // it ended meanwhile, or the engine is away: nothing is told of it
        }
    }

    private static Optional<Load> told(Future<Optional<Load>> task) {
        try {
            return task.isCancelled() ? Optional.empty() : task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look at a container failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static List<WorkloadId> read(Asked asked) {
        List<@Nullable String> ids = asked.workloads();
        if (ids == null || ids.size() > MAX_WORKLOADS) {
            throw new Refusal(ProblemCode.INVALID, "workloads: at most %d ids".formatted(MAX_WORKLOADS));
        }
        try {
            return ids.stream().map(id -> WorkloadId.parse(String.valueOf(id))).toList();
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemCode.INVALID, "workloads: " + e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        lookers.shutdownNow();
    }
}
