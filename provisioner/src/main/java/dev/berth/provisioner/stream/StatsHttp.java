package dev.berth.provisioner.stream;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Stats;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.Identity;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/** What a container uses now, over HTTP. Each answer costs the engine a second; it counts as a stream of the account. */
@RestController
class StatsHttp {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * In JSON.
     *
     * @param cpuMillis thousandths of a processor, over the last second
     * @param cpuLimitMillis what it may use
     * @param throttledMs for how long it was held to that since it started, summed over its threads
     */
    record StatsView(
            ContainerId container,
            Instant at,
            @Nullable Long cpuMillis,
            int cpuLimitMillis,
            long cpuMs,
            long periods,
            long throttledPeriods,
            long throttledMs,
            long memoryBytes,
            long memoryLimitBytes,
            long pids,
            long receivedBytes,
            long sentBytes,
            long readBytes,
            long writtenBytes) {
        static StatsView of(Container container, Stats stats) {
            return new StatsView(
                    container.id(),
                    stats.at(),
                    stats.cpuMillis(),
                    container.size().cpuMillis().value(),
                    stats.cpuNanos() / NANOS_PER_MILLI,
                    stats.periods(),
                    stats.throttledPeriods(),
                    stats.throttledNanos() / NANOS_PER_MILLI,
                    stats.memoryBytes(),
                    stats.memoryLimitBytes(),
                    stats.pids(),
                    stats.receivedBytes(),
                    stats.sentBytes(),
                    stats.readBytes(),
                    stats.writtenBytes());
        }
    }

    private final DSLContext dsl;
    private final ContainerRepository containers;
    private final ContainerEngine engine;
    private final StreamGate gate;

    StatsHttp(DSLContext dsl, ContainerRepository containers, ContainerEngine engine, StreamGate gate) {
        this.dsl = dsl;
        this.containers = containers;
        this.engine = engine;
        this.gate = gate;
    }

    @GetMapping("/internal/v1/containers/{id}/stats")
    StatsView stats(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity, @PathVariable("id") String id) {
        Container container = containers
                .find(dsl, identity, id)
                .orElseThrow(() -> new Refusal(ProblemCode.NOT_FOUND, "there is no such container"));
        if (container.state() != ContainerState.RUNNING) {
            throw stopped(container.state().text());
        }
        try (StreamGate.Pass _ = gate.open(container.account())) {
            return StatsView.of(container, engine.stats(container.engineName()));
        } catch (EngineException.Missing | EngineException.Conflict e) {
            throw stopped("stopped");
        } catch (EngineException e) {
            throw new Refusal(ProblemCode.UNAVAILABLE, "its use cannot be read now: the host does not answer");
        }
    }

    private static Refusal stopped(String state) {
        return new Refusal(ProblemCode.NOT_RUNNING, "the container is %s and uses nothing".formatted(state));
    }
}
