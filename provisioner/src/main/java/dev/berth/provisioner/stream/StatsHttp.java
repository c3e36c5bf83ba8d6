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
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a container uses now, over HTTP: once, or as server-sent events. Each answer costs the engine a second; it counts as a stream of
 * the account.
 */
@RestController
class StatsHttp {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Between two looks, which take a second or two themselves. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

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
    private final StreamProperties properties;

    StatsHttp(
            DSLContext dsl,
            ContainerRepository containers,
            ContainerEngine engine,
            StreamGate gate,
            StreamProperties properties) {
        this.dsl = dsl;
        this.containers = containers;
        this.engine = engine;
        this.gate = gate;
        this.properties = properties;
    }

    @GetMapping("/internal/v1/containers/{id}/stats")
    @Nullable
    StatsView stats(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @PathVariable("id") String id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Container container = running(identity, id);
        try (StreamGate.Pass _ = gate.open(container.account())) {
            StatsView first = look(container);
            if (!StreamWriter.asked(request)) {
                return first;
            }
            follow(identity, id, first, StreamWriter.to(response, true));
            return null;
        }
    }

    /**
     * Tells on until the container ends, its reader is gone, or the time is over. Only the first has a last event: after the others, and
     * where the host does not answer any more, a reader comes back by itself.
     */
    private void follow(Identity identity, String id, StatsView first, StreamWriter writer)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        StatsView seen = first;
        while (System.nanoTime() - begun < properties.streamAtMost().toNanos()) {
            writer.write(seen.at(), Json.mapper().writeValueAsString(seen));
            writer.flush();
            Thread.sleep(PAUSE);
            try {
                seen = look(running(identity, id));
            } catch (Refusal e) {
                if (e.code() != ProblemCode.UNAVAILABLE) {
                    writer.end();
                }
                return;
            }
        }
    }

    private Container running(Identity identity, String id) {
        Container container = containers
                .find(dsl, identity, id)
                .orElseThrow(() -> new Refusal(ProblemCode.NOT_FOUND, "there is no such container"));
        if (container.state() != ContainerState.RUNNING) {
            throw stopped(container.state().text());
        }
        return container;
    }

    private StatsView look(Container container) {
        try {
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
